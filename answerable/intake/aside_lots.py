"""One in fifty of what was set aside is drawn by lot and read blind, for what must be on file: so it is known what is lost there.

Each night the lot falls on what was set aside since the last, by its number alone. Whoever reads it sees the words and neither
the sort nor the signs. What they find there is taken back: it becomes a message on a case, with their verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key
from answerable.core import access, journal
from answerable.core.access import House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.intake import opining
from answerable.intake.models import AsideLot, Opinion, Weighed
from answerable.safety import opening
from answerable.triage.detecting.reading import EVENTS, weights
from answerable.triage.models import Verdict
from answerable.triage.recall import Heap

CHANCE = 0.02


def draw(*, by: House) -> int:
    """Draw among what was set aside since the last that was looked at. Returns how many were drawn."""
    rows = Weighed.objects.filter(workspace_id=by.workspace_id).exclude(sort="").filter(taken_back_at=None)
    last = AsideLot.objects.filter(workspace_id=by.workspace_id).aggregate(last=Max("weighed_id"))["last"]
    fresh = rows.filter(pk__gt=last or 0).order_by("pk").values_list("pk", flat=True)
    drawn = [pk for pk in fresh.iterator() if is_drawn(pk)]
    at = now()
    lots = [AsideLot(workspace_id=by.workspace_id, weighed_id=pk, chance=CHANCE, at=at) for pk in drawn]
    AsideLot.objects.bulk_create(lots, ignore_conflicts=True)
    if drawn:
        journal.write("aside_lots_drawn", by=by, data={"drawn": len(drawn)})
    return len(drawn)


@transaction.atomic
def answer(lot: AsideLot, there: Sequence[str], *, by: Viewer) -> Case | None:
    """Say what is in it. What must be on file is taken back, and its case is returned. Raises `Conflict` where somebody did."""
    by.require(Right.REVIEW)
    chosen = list(dict.fromkeys(there))
    if {*chosen} - weights().detectors.keys():
        raise Invalid("There is no such detector. Nothing was kept.", "there")
    told = {"read_at": now(), "user_id": by.user_id, "there": chosen}
    if not AsideLot.objects.filter(pk=lot.pk, read_at=None).update(**told):
        raise Conflict("Somebody read it meanwhile. Their answer stands, and nothing was changed.")
    row = lot.weighed
    data = {"lot": lot.pk, "weighed": row.pk, "there": chosen}
    journal.write("aside_lot_read", by=by, source_id=row.source_id, team_id=row.source.team_id, data=data)
    return _take_back(row, chosen, by) if chosen else None


def waiting(viewer: Viewer) -> QuerySet[AsideLot]:
    """What was drawn and can still be read, the oldest first."""
    rows = access.rows(AsideLot, viewer).filter(read_at=None, weighed__emptied_at=None)
    return rows.exclude(weighed__text="").select_related("weighed__source").order_by("pk")


def heap(workspace_id: int, *, since: datetime) -> Heap:
    """What was set aside since, how much of it was read by lot, and how many events were in that."""
    lots = AsideLot.objects.filter(workspace_id=workspace_id, weighed__at__gte=since)
    waits = lots.filter(read_at=None, weighed__emptied_at=None).aggregate(first=Min("weighed__at"))["first"]
    before = Q(at__lt=waits) if waits else Q()
    size = Weighed.objects.filter(before, workspace_id=workspace_id, at__gte=since).exclude(sort="").count()
    read = lots.filter(read_at__isnull=False, **({"weighed__at__lt": waits} if waits else {}))
    return Heap(size, read.count(), read.filter(there__overlap=list(EVENTS)).count(), by_lot=True)


def is_drawn(pk: int) -> bool:
    """Does the lot fall on it? The same for the same row, whoever asks."""
    return int.from_bytes(sha256(f"lot of what was set aside {pk}".encode()).digest()[:8]) < CHANCE * 2**64


def _take_back(row: Weighed, there: Sequence[str], by: Viewer) -> Case | None:
    case = opining.say(row, Opinion.OURS, by=by) or opining.case_of(row)
    message = Message.objects.filter(workspace_id=by.workspace_id, once=once_key(row.source, row.external_id)).first()
    if message is None:
        return case
    for detector in there:
        opening.judge(message, detector, there=True, reason=Verdict.Reason.SAID, by=by)
    return case
