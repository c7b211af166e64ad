"""One case as one line of time: what was said, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils.timezone import localtime

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Event
from answerable.inbox import deliveries, sayings
from answerable.inbox.deliveries import Delivery
from answerable.inbox.sayings import Saying

# A message stands in the timeline itself; the line that files it would say it twice.
SAID_BY_THE_MESSAGE = ("message_filed", "reply_queued", "reply_sent", "reply_delivered", "draft_kept")


@dataclass(frozen=True)
class Entry:
    """A message or a line of the journal. `version` changes when what is shown of it does."""

    id: str
    at: datetime
    version: str
    message: Message | None = None
    saying: Saying | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Day:
    """What happened on one day, in the time zone of the workspace."""

    at: datetime
    entries: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"day-{localtime(self.at).date().isoformat()}"


def of(case: Case, viewer: Viewer) -> list[Day]:
    """The whole timeline, oldest first."""
    entries = sorted([*_messages(case, viewer), *_lines(case, viewer)], key=lambda entry: (entry.at, entry.id))
    days: list[Day] = []
    for entry in entries:
        if not days or localtime(days[-1].at).date() != localtime(entry.at).date():
            days.append(Day(entry.at))
        days[-1].entries.append(entry)
    return days


def _messages(case: Case, viewer: Viewer) -> Iterator[Entry]:
    """What hangs on a message is laid down as a list: a manager for each of hundreds costs more than the rows."""
    messages = (
        access.rows(Message, viewer)
        .filter(filing__case=case)
        .defer("search")
        .prefetch_related("author", "user", "conversation__source", Prefetch("attachments", to_attr="files"))
    )
    found = list(messages)
    sent: Mapping[int, Delivery] = deliveries.of(found, viewer)
    for message in found:
        delivery = sent.get(message.pk)
        version = f"{delivery.version if delivery else ''}{'w' if message.withdrawn_at else ''}"
        yield Entry(f"m-{message.pk}", message.received_at, version, message=message, delivery=delivery)


def _lines(case: Case, viewer: Viewer) -> Iterator[Entry]:
    events = access.rows(Event, viewer).filter(case_id=case.pk).exclude(kind__in=SAID_BY_THE_MESSAGE).order_by("pk")
    for event, saying in sayings.say_all(events, viewer):
        yield Entry(f"e-{event.pk}", event.at, "", saying=saying)
