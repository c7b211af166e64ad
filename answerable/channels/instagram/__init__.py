"""An Instagram professional account as a channel: comments and mentions in public, its direct messages."""
