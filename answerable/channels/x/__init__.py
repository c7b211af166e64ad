"""X (formerly Twitter) as a channel, over its API v2: posts and direct messages of one account, and searches."""
