"""How right setting aside is, on this stream: a random sample is drawn, people check all of it, and exact intervals are told.

A sample holds as many of what was set aside as of what was kept, drawn by lot from the last days. It counts once each of
it was spoken of; “not sure” leaves a post out on both sides. Who looks only at what seems wrong measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.core.shares import interval
from answerable.intake.models import Drawn, Opinion, Sample, Weighed

OF_LATE = timedelta(days=7)
EACH = 20
"""So many are drawn of what was set aside, and so many of what was kept."""
SURE = 0.975
"""Of each of two shares that are put together: then what they make is known with at least 95 %."""

Share = tuple[float, float, float]
"""As seen, at least, at most."""


@dataclass(frozen=True)
class Figures:
    """`right` of `aside_read` that were set aside were rightly so; `missed` of `kept_read` that were kept were not ours.

    `precision`: of what is set aside, the share that is rightly so. `recall`: of what is not ours, the share that is set aside.
    None where nothing was there to measure it on.
    """

    aside_read: int
    right: int
    kept_read: int
    missed: int
    precision: Share | None
    recall: Share | None


@transaction.atomic
def draw(*, by: Viewer) -> Sample:
    """Draw a sample of the last days. Raises `Conflict` where nothing was weighed in them."""
    by.require(Right.ANSWER)
    at = now()
    rows = access.rows(Weighed, by).filter(at__gte=at - OF_LATE, emptied_at=None)
    aside, kept = rows.exclude(sort=""), rows.filter(sort="")
    counts = {"aside": aside.count(), "kept": kept.count()}
    if not any(counts.values()):
        raise Conflict("Nothing that words found was weighed in the last seven days. There is nothing to draw from.")
    sample = Sample.objects.create(
        workspace_id=by.workspace_id, user_id=by.user_id, at=at, since=at - OF_LATE, **counts
    )
    lots = [(row, True) for row in _by_lot(aside)] + [(row, False) for row in _by_lot(kept)]
    Drawn.objects.bulk_create(Drawn(sample=sample, weighed=row, was_aside=was) for row, was in lots)
    journal.write("sample_drawn", by=by, data={"sample": sample.pk, "drawn": len(lots), **counts})
    return sample


def _by_lot(rows: QuerySet[Weighed]) -> QuerySet[Weighed]:
    return rows.order_by("?")[:EACH]


def unread(sample: Sample) -> list[Drawn]:
    """What nobody spoke of yet, mixed, so that its place does not say what the house thought of it."""
    drawn = sample.drawn.filter(weighed__opinion=None).select_related("weighed__source", "weighed__envelope")
    return sorted(drawn, key=lambda each: (each.weighed_id * 2_654_435_761) % 2**32)


def figures(sample: Sample) -> Figures | None:
    """What a sample tells; None while some of it is unread."""
    drawn = list(sample.drawn.select_related("weighed__opinion"))
    said = [(each.was_aside, _says(each)) for each in drawn]
    if "" in {says for _, says in said}:
        return None
    sure = [(was_aside, says != Opinion.OURS) for was_aside, says in said if says != Opinion.UNSURE]
    aside = [wrong for was_aside, wrong in sure if was_aside]
    kept = [wrong for was_aside, wrong in sure if not was_aside]
    right, missed = sum(aside), sum(kept)
    precision = (right / len(aside), *interval(right, len(aside))) if aside else None
    return Figures(len(aside), right, len(kept), missed, precision, _recall(sample, aside, kept))


def _says(drawn: Drawn) -> str:
    opinion = getattr(drawn.weighed, "opinion", None)
    return opinion.says if opinion is not None else ""


def _recall(sample: Sample, aside: list[bool], kept: list[bool]) -> Share | None:
    """Each share stands for its whole heap; the worst of one is put together with the worst of the other."""
    if (sample.aside and not aside) or (sample.kept and not kept):
        return None
    right, right_low, right_high = _share(aside)
    missed, missed_low, missed_high = _share(kept)
    seen = _of(sample.aside * right, sample.kept * missed)
    low = _of(sample.aside * right_low, sample.kept * missed_high)
    high = _of(sample.aside * right_high, sample.kept * missed_low)
    return None if seen is None or low is None or high is None else (seen, low, high)


def _share(found: list[bool]) -> Share:
    return (sum(found) / len(found), *interval(sum(found), len(found), sure=SURE)) if found else (0.0, 0.0, 0.0)


def _of(found: float, lost: float) -> float | None:
    return found / (found + lost) if found + lost else None
