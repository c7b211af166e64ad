"""A WhatsApp number of the Cloud API as a channel."""
