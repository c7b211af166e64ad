"""Following a deletion on the network: the page says that it was taken back, and what was shown stays on record."""

from __future__ import annotations

from datetime import datetime

from answerable.channels.contract import Withdrawn
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key
from answerable.core import journal
from answerable.core.access import House


def withdraw(item: Withdrawn, *, source: Source, at: datetime) -> bool:
    """Mark the message as taken back by its author, once. False when we never had it, or marked it before."""
    ours = Message.objects.filter(workspace_id=source.workspace_id, once=once_key(source, clean(item.external_id)))
    if not ours.filter(withdrawn_at=None).update(withdrawn_at=plausible(item.at) or at):
        return False
    message = ours.select_related("filing__case").get()
    case = message.filing.case if hasattr(message, "filing") else None
    journal.write(
        "message_withdrawn",
        by=House(source.workspace_id, "conversations"),
        case_id=case.pk if case else None,
        team_id=case.team_id if case else source.team_id,
        source_id=source.pk,
        data={"message": message.pk},
        at=at,
    )
    return True
