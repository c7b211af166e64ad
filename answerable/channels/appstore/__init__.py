"""Reviews of an app in Apple's App Store as a channel."""
