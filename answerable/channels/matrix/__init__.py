"""Matrix as a channel: rooms and direct chats of one account on one home server."""
