"""Pure helpers that several channels need: nothing here acts, and nothing here knows a channel."""
