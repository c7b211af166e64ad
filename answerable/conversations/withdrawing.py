"""Following a deletion on the network: the page says that it was taken back, and its words go when the network asks it.

What safety records need stays: `hold` keeps the words of a message, with the reason and who said so.
"""

from __future__ import annotations

from datetime import datetime

from answerable.channels.contract import Withdrawn
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key
from answerable.core import journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now


def withdraw(item: Withdrawn, *, source: Source, at: datetime) -> bool:
    """Mark the message as taken back by its author, once. False when we never had it, or marked it before."""
    ours = Message.objects.filter(workspace_id=source.workspace_id, once=once_key(source, clean(item.external_id)))
    if not ours.filter(withdrawn_at=None).update(withdrawn_at=plausible(item.at) or at):
        return False
    tell("message_withdrawn", ours.get(), source=source, at=at)
    return True


def hold(message: Message, *, because: str, by: Actor) -> None:
    """Keep the words of a message although the network asks to remove them. Raises `Conflict` once they are gone."""
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    reason = clean(because).strip()[:400]
    if not reason:
        raise Invalid("Say why its words are kept. Nothing was changed.", "because")
    if not Message.objects.filter(pk=message.pk, emptied_at=None, kept_because="").update(kept_because=reason):
        raise Conflict("Its words are kept already, or they are gone. Nothing was changed. Load the page.")
    tell("message_held", message, by=by)


def empty(message: Message, *, by: Actor) -> bool:
    """Remove the words and files of a message, its earlier texts and what was said around it. The fact is kept.

    False for one that is held, and for one that is empty already.
    """
    emptied = Message.objects.filter(pk=message.pk, emptied_at=None, kept_because="")
    gone: dict[str, object] = {
        "text": "",
        "subject": "",
        "html": "",
        "quoted": "",
        "topics": [],
        "search": None,
        "emptied_at": now(),
    }
    if not emptied.update(**gone):
        return False
    for things in (message.revisions, message.overheard, message.attachments, message.sounds):
        things.all().delete()
    tell("message_emptied", message, by=by)
    return True


def tell(
    kind: str, message: Message, *, source: Source | None = None, by: Actor | None = None, at: datetime | None = None
) -> None:
    """The journal line of a message, on the chain of its case."""
    message = Message.objects.select_related("filing__case", "conversation__source").get(pk=message.pk)
    case = message.filing.case if hasattr(message, "filing") else None
    place = source or (message.conversation.source if message.conversation else None)
    journal.write(
        kind,
        by=by or House(message.workspace_id, "conversations"),
        case_id=case.pk if case else None,
        team_id=case.team_id if case else place.team_id if place else None,
        source_id=place.pk if place else None,
        data={"message": message.pk},
        at=at,
    )
