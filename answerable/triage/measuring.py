"""Measuring: each night it is reckoned how much the detectors find on this stream, and what that stands on.

What came in a window is parted into heaps by what the detectors said when it arrived. What they called is read by people one by
one; of what they found nothing in, a lot is read blind. The window ends where the first unread lot begins, because what is
not read yet is not left out by chance. What was counted may be learned from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from answerable.core import journal
from answerable.core.access import House
from answerable.core.moments import now
from answerable.core.shares import interval
from answerable.triage.detecting.lexicons import LANGUAGES
from answerable.triage.detecting.reading import EVENTS
from answerable.triage.models import Assessment, Lot, Measured, ToRead, Verdict
from answerable.triage.queueing import CALLED
from answerable.triage.recall import Agreement, Heap, Recall, agreement, recall, still_to_read

OF_LATE = timedelta(days=90)
TARGET = 0.95
Tier = Assessment.Tier

# What the detectors said first of each message: later readings of changed words belong to the same message.
_ARRIVED = """
SELECT first.message_id, first.tier, first.language FROM triage_assessment first
WHERE first.workspace_id = %s AND first.at >= %s AND first.at < %s
    AND NOT EXISTS (SELECT FROM triage_assessment e WHERE e.message_id = first.message_id AND e.id < first.id)
"""


@dataclass(frozen=True)
class Read:
    """A message of the window: what the detectors said, whether people read it to its end, and is an event in it?"""

    tier: str
    language: str
    read: bool
    event: bool
    lot: bool


def measure(*, by: House, aside: Heap | None = None) -> list[Measured]:
    """Reckon for each language, and for all together with what was set aside (`aside`), and keep it."""
    at = now()
    since, until = at - OF_LATE, _until(by.workspace_id, at)
    arrived = _arrived(by.workspace_id, since, until)
    if not arrived:
        return []
    pairs = _pairs(by.workspace_id, since, until)
    made = [
        Measured(workspace_id=by.workspace_id, language=code, at=at, since=since, until=until, figures=figures)
        for code in ("", *LANGUAGES)
        if (figures := _figures(_of(arrived, code), [each for lang, each in pairs if code in ("", lang)], aside, code))
    ]
    Measured.objects.bulk_create(made)
    lots = Lot.objects.filter(workspace_id=by.workspace_id, at__lt=until, read_at__isnull=False, counted_at=None)
    counted = lots.update(counted_at=at)
    journal.write("detectors_measured", by=by, data={"messages": len(arrived), "lots": counted, "until": str(until)})
    return made


def _of(arrived: Iterable[Read], language: str) -> list[Read]:
    return [each for each in arrived if language in ("", each.language)]


def _until(workspace_id: int, at: datetime) -> datetime:
    unread = Lot.objects.filter(workspace_id=workspace_id, turn=1, read_at=None, message__emptied_at=None)
    first = unread.aggregate(first=Min("at"))["first"]
    return min(first, at) if first else at


def _arrived(workspace_id: int, since: datetime, until: datetime) -> list[Read]:
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, [workspace_id, since, until])
        rows = cursor.fetchall()
    ours = {"workspace_id": workspace_id}
    done = {*ToRead.objects.filter(**ours, done_at__isnull=False).values_list("message_id", flat=True)}
    lots = Lot.objects.filter(**ours, turn=1, read_at__isnull=False).values_list("message_id", "there")
    blind = {message: bool({*there} & {*EVENTS}) for message, there in lots}
    yes = Verdict.objects.filter(**ours, there=True, ended_at=None, detector__in=EVENTS)
    events = {*yes.values_list("message_id", flat=True)}
    return [
        Read(tier, language, pk in done or pk in blind, pk in events or blind.get(pk, False), pk in blind)
        for pk, tier, language in rows
    ]


def _figures(arrived: Sequence[Read], pairs: Sequence[tuple[bool, bool]], aside: Heap | None, code: str) -> Any:
    """The heaps, and what follows from them; nothing for a language in which nothing came."""
    if not arrived:
        return None
    called, batch, nothing = _heaps(arrived)
    lost = [nothing] if code or aside is None else [nothing, aside]
    rest = sum(each.size for each in lost)
    return {
        "called": asdict(called),
        "batch": asdict(batch),
        "nothing": asdict(nothing),
        "aside": asdict(aside) if aside is not None and not code else None,
        "at_once": _told(recall(called, [batch, *lost])),
        "in_all": _told(recall(_both(called, batch), lost)),
        "right": [called.events, called.read, *interval(called.events, called.read)] if called.read else None,
        "still": still_to_read(called.events + batch.events, rest, target=TARGET),
        "agreement": _agreed(agreement(pairs)),
    }


def _heaps(arrived: Sequence[Read]) -> tuple[Heap, Heap, Heap]:
    called = [each for each in arrived if each.tier in CALLED]
    batch = [each for each in arrived if each.tier == Tier.BATCH]
    nothing = [each for each in arrived if each.tier == Tier.AUDIT]
    return _heap(called), _heap(batch), _by_lot(nothing)


def _heap(reads: Sequence[Read]) -> Heap:
    return Heap(len(reads), sum(each.read for each in reads), sum(each.event for each in reads))


def _by_lot(reads: Sequence[Read]) -> Heap:
    """Only what the lot chose says anything of the rest; what somebody stumbled on does not."""
    drawn = [each for each in reads if each.lot]
    return Heap(len(reads), len(drawn), sum(each.event for each in drawn), by_lot=True)


def _both(one: Heap, other: Heap) -> Heap:
    return Heap(one.size + other.size, one.read + other.read, one.events + other.events)


def _pairs(workspace_id: int, since: datetime, until: datetime) -> list[tuple[str, tuple[bool, bool]]]:
    """Of what two people read: does the first say that an event is in it, does the second?"""
    second = Lot.objects.filter(workspace_id=workspace_id, turn=2, read_at__isnull=False, at__gte=since, at__lt=until)
    told = []
    for lot in second.select_related("message"):
        first = _first(lot)
        if first is not None:
            told.append((lot.language, (first, bool({*lot.there} & {*EVENTS}))))
    return told


def _first(lot: Lot) -> bool | None:
    """What somebody else said before, or beside: blind, or in the queue."""
    blind = Lot.objects.filter(message_id=lot.message_id, turn=1, read_at__isnull=False).exclude(user=lot.user)
    there = blind.values_list("there", flat=True).first()
    if there is not None:
        return bool({*there} & {*EVENTS})
    given = Verdict.objects.filter(message_id=lot.message_id, detector__in=EVENTS).exclude(user=lot.user)
    first = {each.detector: each.there for each in given.order_by("-pk")}
    if first:
        return any(first.values())
    read = ToRead.objects.filter(message_id=lot.message_id, end=ToRead.End.NOTHING).exclude(user=lot.user)
    return False if read.exists() else None


def _told(found: Recall | None) -> dict[str, Any] | None:
    return asdict(found) if found is not None else None


def _agreed(found: Agreement | None) -> dict[str, Any] | None:
    return {**asdict(found), "interval": found.interval} if found is not None else None
