"""A Facebook page as a channel: what is said on it in public, and its Messenger, by one sign-in."""
