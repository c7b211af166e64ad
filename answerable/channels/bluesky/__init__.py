"""Bluesky as a channel: mentions, replies, quotes, words anywhere in the network, and private messages."""
