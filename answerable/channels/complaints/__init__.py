"""A complaint site without an API for us: its lists and its notification mails are read, answers are posted there by people."""
