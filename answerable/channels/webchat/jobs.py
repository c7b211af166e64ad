"""Edges: what the chat's network does by itself."""

from __future__ import annotations

from answerable.channels.webchat import chatting
from answerable.core.jobs import periodic, task
from answerable.core.moments import now


@periodic(cron="17 * * * *")
@task(queue="intake", queueing_lock="forget_chats")
def forget(timestamp: int) -> None:
    """Forget the windows whose time is over."""
    chatting.forget(now())
