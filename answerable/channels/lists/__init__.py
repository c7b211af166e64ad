"""Lists of what was said elsewhere, handed in as files: CSV and JSON lines of any length."""
