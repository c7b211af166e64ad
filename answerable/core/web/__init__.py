"""What every page shares: who is looking, security headers, the page environment."""
