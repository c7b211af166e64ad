"""One case as one line of time: what was said, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localtime

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access, journal
from answerable.core.access import Viewer
from answerable.core.models import Event
from answerable.inbox import besides, deliveries, sayings, why_here
from answerable.inbox.besides import Beside
from answerable.inbox.deliveries import Delivery
from answerable.inbox.sayings import Saying
from answerable.inbox.why_here import Here
from answerable.replies.models import Reply

# A message stands in the timeline itself; the line that files it would say it twice.
SAID_BY_THE_MESSAGE = (
    *("message_filed", "reply_queued", "reply_sent", "reply_waits_for_hand", "reply_delivered", "draft_kept"),
    *("deflection_sent", "deflection_refuted"),
)
# Who was told, and to whom the case was opened, is for the journal; the timeline says why.
BESIDE_THE_CASE = (
    "notice_left",
    "notice_seen",
    "messages_first_seen",
    "message_assessed",
    "message_read",
    "lot_read",
    "tone_judged",
    "case_opened_to",
    "case_closed_to",
)
# A reminder is a message, too; that it raised the case is told by the tag of the row.
A_REMINDER = Q(kind="case_raised", data__contains={"because": "reminder"})
NEWEST = 40
"""So many messages a page shows at first, and all of the day of the oldest of them, unless that day is very long."""
MOST = 60


@dataclass(frozen=True)
class Entry:
    """A message or a line of the journal. `version` changes when what is shown of it does; `key` is its place."""

    id: str
    at: datetime
    version: str
    message: Message | None = None
    saying: Saying | None = None
    delivery: Delivery | None = None
    beside: Beside = field(default_factory=Beside)
    here: Here | None = None

    @property
    def key(self) -> str:
        return _key(self.at)


@dataclass(frozen=True)
class Day:
    """What happened on one day, in the time zone of the workspace."""

    at: datetime
    entries: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"day-{localtime(self.at).date().isoformat()}"

    @property
    def key(self) -> str:
        return _key(_start_of_day(self.at))


@dataclass(frozen=True)
class Timeline:
    """What a page shows of a case. `since` is where it begins, None for the beginning of the case; `earlier` counts
    the messages before it. `seq` says how far the journal of the case was when this was read: before all else, so that what happens meanwhile
    is told twice and never missed.
    """

    days: list[Day]
    seq: int
    since: datetime | None = None
    earlier: int = 0


def newest(case: Case, viewer: Viewer, *, back_to: int | None = None) -> Timeline:
    """The newest messages, oldest of them first, and what happened since. `back_to` names a message that must be there."""
    seq = journal.length(case.pk)
    since, before = _beginning(case, viewer, back_to)
    when = Q(received_at__gte=since) if since else Q()
    return Timeline(_days(case, viewer, when, Q(at__gte=since) if since else Q()), seq, since, before)


def whole(case: Case, viewer: Viewer) -> Timeline:
    """All of it, oldest first."""
    seq = journal.length(case.pk)
    return Timeline(_days(case, viewer, Q(), Q()), seq)


def before(case: Case, viewer: Viewer, moment: datetime) -> list[Day]:
    """What stands above a timeline that begins at this moment."""
    return _days(case, viewer, Q(received_at__lt=moment), Q(at__lt=moment))


def news(case: Case, viewer: Viewer, *, after: int, since: datetime | None) -> Timeline:
    """What the journal of the case tells after its line `after`: new entries, and messages that look different now."""
    lines = journal.facts_after(case.pk, after)
    if not lines:
        return Timeline([], after, since)
    named = [facts["message"] for _, facts in lines if "message" in facts]
    replies = access.rows(Reply, viewer).filter(pk__in=[facts["reply"] for _, facts in lines if "reply" in facts])
    named += replies.values_list("message_id", flat=True)
    recent = Q(received_at__gte=since) if since else Q()
    return Timeline(_days(case, viewer, Q(pk__in=named) & recent, Q(seq__gt=after)), lines[-1][0], since)


def unseen(days: Iterable[Day]) -> list[int]:
    """The messages of customers among these that none of us had opened before."""
    shown = (entry.message for day in days for entry in day.entries if entry.message is not None)
    return [each.pk for each in shown if each.direction == Message.Direction.IN and each.first_seen_at is None]


def _beginning(case: Case, viewer: Viewer, back_to: int | None) -> tuple[datetime | None, int]:
    """From when on to show, and how many messages lie before; (None, 0) for all."""
    times = dict(_said(case, viewer).order_by("-received_at", "-pk").values_list("pk", "received_at"))
    moments = list(times.values())
    last = max(NEWEST, moments.index(times[back_to]) + 1 if back_to in times else 0)
    if len(moments) <= last:
        return None, 0
    start = _start_of_day(moments[last - 1])
    whole_day = sum(moment >= start for moment in moments)
    since = start if whole_day <= max(MOST, last) else moments[last - 1]
    earlier = sum(moment < since for moment in moments)
    return (since, earlier) if earlier else (None, 0)


def _said(case: Case, viewer: Viewer) -> QuerySet[Message]:
    return access.rows(Message, viewer).filter(filing__case=case)


def _days(case: Case, viewer: Viewer, said: Q, told: Q) -> list[Day]:
    entries = [*_messages(case, viewer, said), *_lines(case, viewer, told)]
    days: list[Day] = []
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.id)):
        if not days or localtime(days[-1].at).date() != localtime(entry.at).date():
            days.append(Day(entry.at))
        days[-1].entries.append(entry)
    return days


def _messages(case: Case, viewer: Viewer, which: Q) -> Iterator[Entry]:
    """What hangs on a message is laid down as a list: a manager for each of hundreds costs more than the rows."""
    messages = (
        _said(case, viewer)
        .filter(which)
        .defer("search")
        .prefetch_related("author", "user", "conversation__source", Prefetch("attachments", to_attr="files"))
    )
    found = list(messages)
    sent, beside, here = _deliveries(found, viewer), besides.of(found, viewer), why_here.of(found, viewer)
    for message in found:
        delivery, more = sent.get(message.pk), beside.get(message.pk, Beside())
        version = f"{delivery.version if delivery else ''}{_fate(message)}{len(more.overheard) or ''}{more.told}"
        key, why = f"m-{message.pk}", here.get(message.pk)
        yield Entry(key, message.received_at, version, message=message, delivery=delivery, beside=more, here=why)


def _fate(message: Message) -> str:
    """What its author, the network and safety did to it."""
    fates = (("w", message.withdrawn_at), ("x", message.emptied_at), ("k", message.kept_because))
    edited = f"e{message.edited_at.timestamp():.0f}" if message.edited_at else ""
    return "".join(mark for mark, known in fates if known) + edited


def _deliveries(found: Iterable[Message], viewer: Viewer) -> Mapping[int, Delivery]:
    ours = [message for message in found if message.direction == Message.Direction.OUT]
    return deliveries.of(ours, viewer) if ours else {}


def _lines(case: Case, viewer: Viewer, which: Q) -> Iterator[Entry]:
    of_case = access.rows(Event, viewer).filter(which, chain=journal.chain_of(case.pk))
    told = of_case.exclude(kind__in=SAID_BY_THE_MESSAGE + BESIDE_THE_CASE).exclude(A_REMINDER)
    events = list(told.order_by("seq"))
    for event, saying in sayings.say_all(events, viewer) if events else ():
        yield Entry(f"e-{event.pk}", event.at, "", saying=saying)


def _start_of_day(moment: datetime) -> datetime:
    return localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def _key(moment: datetime) -> str:
    """The moment so that the order of letters is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
