"""Reddit as a channel: mentions, answers, private messages, communities, searches."""
