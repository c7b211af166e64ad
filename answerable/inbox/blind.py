"""What was drawn by lot, for somebody who reads it blind: its words and what was said before, and nothing that was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from answerable.cases import seeing
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox import to_read
from answerable.intake import aside_lots
from answerable.intake.models import AsideLot
from answerable.triage import queue_queries
from answerable.triage.models import Lot


@dataclass(frozen=True)
class Blind:
    """One text. `route` is where its answer goes."""

    route: str
    pk: int
    words: str
    who: str
    audience: str
    at: datetime
    source: Source
    before: list[Message]


def left(viewer: Viewer) -> int:
    """How many wait for this viewer."""
    return queue_queries.lots(viewer).count() + aside_lots.waiting(viewer).count()


def first(viewer: Viewer, *, skip: int = 0) -> Blind | None:
    """The oldest that waits, of messages and of what was set aside alike."""
    few = skip + 1
    lots: list[Lot | AsideLot] = [*queue_queries.lots(viewer)[:few], *aside_lots.waiting(viewer)[:few]]
    chosen = next(islice(sorted(lots, key=lambda each: (each.at, each.pk)), skip, None), None)
    if chosen is None:
        return None
    return _of_message(chosen, viewer) if isinstance(chosen, Lot) else _of_aside(chosen)


def _of_message(lot: Lot, viewer: Viewer) -> Blind:
    message = access.one(Message, viewer, pk=lot.message_id)
    seeing.first_seen([message.pk] if message.first_seen_at is None else [], by=viewer)
    return Blind(
        route="lot-answer",
        pk=lot.pk,
        words=to_read.words_of(message),
        who=str(message.author or ""),
        audience=message.audience,
        at=message.posted_at or message.received_at,
        source=queue_queries.source_of(message),
        before=queue_queries.around(message, viewer, most=to_read.BEFORE),
    )


def _of_aside(lot: AsideLot) -> Blind:
    row = lot.weighed
    return Blind("aside-lot-answer", lot.pk, row.text, row.author, "public", row.at, row.source, [])
