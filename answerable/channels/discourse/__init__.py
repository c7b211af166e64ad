"""Forums that run Discourse as a channel: posts, private messages, webhooks."""
