"""Comments below videos of YouTube as a channel."""
