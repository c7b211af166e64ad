"""Telegram as a channel: one bot, in private chats and in groups."""
