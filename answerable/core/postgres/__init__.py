"""Django's PostgreSQL, with times read in C: see decision 0012. Django finds the engine in `base`."""
