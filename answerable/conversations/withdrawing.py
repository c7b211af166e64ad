"""Following a deletion on the network: the content goes from view, the fact stays."""

from __future__ import annotations

from datetime import datetime

from answerable.channels.contract import Withdrawn
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key


def withdraw(item: Withdrawn, *, source: Source, at: datetime) -> bool:
    """Mark the message as taken away by its author. False when we never had it."""
    found = Message.objects.filter(
        workspace_id=source.workspace_id, once=once_key(source, item.external_id), withdrawn_at=None
    )
    return bool(found.update(withdrawn_at=item.at or at))
