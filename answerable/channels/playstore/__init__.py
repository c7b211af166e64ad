"""Reviews of an app on Google Play as a channel."""
