"""The Mastodon API as a channel: Mastodon, and others that speak it (GoToSocial, Akkoma, Pixelfed)."""
