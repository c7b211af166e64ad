"""How far an answer of ours came, in honest words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.replies import taking_back
from answerable.replies.models import Reply, TakingBack


@dataclass(frozen=True)
class Delivery:
    """The state of one answer. `decide` is set where only a person can say what happened.

    `place` is where a person posts `text` by hand, while it waits for that; `stands_at` is where it stands since, or where
    the channel saw it before that person said so.
    """

    reply: int
    words: str
    kind: str
    icon: str
    version: str
    at: datetime | None
    reason: str
    decide: bool
    text: str = ""
    place: str = ""
    stands_at: str = ""
    writer: str = ""
    may_take_back: bool = False
    taking_back: TakingBack | None = None


def of(messages: Iterable[Message], viewer: Viewer) -> Mapping[int, Delivery]:
    """The deliveries of these messages by message, in one query."""
    replies = access.rows(Reply, viewer).filter(message_id__in=[message.pk for message in messages])
    found = replies.select_related("message", "user", "conversation__source", "taking_back__user")
    found = found.defer("message__search", "message__html")
    return {reply.message_id: _delivery(reply, viewer) for reply in found}


def _delivery(reply: Reply, viewer: Viewer) -> Delivery:
    waits_for_hand = reply.state == Reply.State.BY_HAND
    words, kind, icon = STATES[_state(reply)]()
    asked: TakingBack | None = getattr(reply, "taking_back", None)
    seen = reply.external_id if waits_for_hand else ""
    is_asked = asked is not None and asked.ended_at is None
    return Delivery(
        reply=reply.pk,
        words=words,
        kind=kind,
        icon=icon,
        version=f"{reply.state}.{reply.tries}.{bool(reply.next_try_at)}{_version(asked)}{seen}",
        at=reply.next_try_at or reply.settled_at,
        reason=reply.trouble,
        decide=reply.state == Reply.State.UNKNOWN,
        text=reply.message.text if waits_for_hand else "",
        place=reply.place if waits_for_hand else "",
        stands_at=reply.external_id if reply.place else "",
        writer=reply.user.name if reply.user else "",
        may_take_back=not is_asked and viewer.may(Right.ANSWER) and taking_back.possible(reply),
        taking_back=asked,
    )


def _version(asked: TakingBack | None) -> str:
    return f".{asked.tries}.{bool(asked.ended_at)}" if asked else ""


def _state(reply: Reply) -> str:
    if reply.place and reply.state == Reply.State.SENT:
        return "posted"
    if reply.state == Reply.State.TAKEN_BACK and hasattr(reply, "taking_back"):
        return "removed"
    return "waiting" if reply.next_try_at else reply.state


STATES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "queued": lambda: (_("Goes out in a moment"), "", "clock"),
    "waiting": lambda: (_("Waits for the next try"), "soon", "hourglass"),
    "sending": lambda: (_("Is going out"), "", "send"),
    "sent": lambda: (_("Sent; the other side took it"), "good", "check"),
    "delivered": lambda: (_("Delivered"), "good", "check"),
    "seen": lambda: (_("Delivered and seen"), "good", "eye"),
    "unknown": lambda: (_("Outcome unknown; it is not sent twice"), "late", "alert"),
    "by_hand": lambda: (_("Waits to be posted by hand"), "soon", "hourglass"),
    "posted": lambda: (_("Posted by hand"), "good", "check"),
    "taken_back": lambda: (_("Taken back; it was never posted"), "", "undo"),
    "removed": lambda: (_("Taken back; it is no longer on its channel"), "", "undo"),
    "failed": lambda: (_("Did not arrive; the case came back"), "late", "stop"),
}
