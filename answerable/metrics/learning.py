"""Learning anew, once a day, what is usual in each series; and forgetting counts that are too old for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from answerable.core import journal
from answerable.core.access import House
from answerable.core.moments import now
from answerable.metrics import counting
from answerable.metrics.models import Count, Series
from answerable.metrics.usual import HOURS, SLOTS, learn

WEEKS = 8
KEPT = timedelta(weeks=WEEKS + 4)
EVERY = timedelta(hours=23)
LATE = timedelta(hours=48)
"""What came so late is still counted where it belongs."""
DRAWN = 50.0
"""Posts of known tone by which the share of one hour is drawn towards that of all."""


def learn_due(*, by: House) -> int:
    """Learn what was not learnt for a day; returns how many series. Late posts are counted first, the first time all there are."""
    at = now()
    counting.count(since=at - (LATE if _was_counted(by) else timedelta(weeks=WEEKS)), until=at, by=by)
    due = Series.objects.filter(Q(learnt_at=None) | Q(learnt_at__lt=at - EVERY), workspace=by.workspace_id)
    learnt = [_learn(each, at) for each in due.select_related("workspace").order_by("pk")]
    if learnt:
        Count.objects.filter(series__in=[each.pk for each in learnt], at__lt=at - KEPT).delete()
        journal.write(
            "usual_learnt", by=by, data={"series": len(learnt), "known": sum(bool(each.weeks) for each in learnt)}
        )
    return len(learnt)


def _was_counted(by: House) -> bool:
    return Series.objects.filter(workspace=by.workspace_id, learnt_at__isnull=False).exists()


@transaction.atomic
def _learn(series: Series, at: datetime) -> Series:
    """From whole hours, up to the last one. Below a week nothing is usual yet."""
    end = at.replace(minute=0, second=0, microsecond=0)
    begin = max(_hour_after(series.began_at), end - timedelta(weeks=WEEKS))
    hours = int((end - begin).total_seconds() // 3600)
    found = None
    if hours >= HOURS:
        people, negative, toned = _slots(series, begin, hours)
        first = _hour_of_week(begin, series.workspace.time_zone)
        found = learn(people, first)
        series.negative, series.toned = _shares(negative, toned, first), sum(toned)
    if found is not None:
        series.per_hour, series.spread, series.wobble = list(found.per_hour), found.spread, found.wobble
        series.weeks = found.weeks
    series.learnt_at = at
    series.save(update_fields=["per_hour", "spread", "wobble", "weeks", "negative", "toned", "learnt_at"])
    return series


def _slots(series: Series, begin: datetime, hours: int) -> tuple[list[int], list[int], list[int]]:
    people, negative, toned = ([0] * (hours * SLOTS) for _ in range(3))
    known = series.counts.filter(at__gte=begin, at__lt=begin + timedelta(hours=hours))
    for at, *counts in known.values_list("at", "people", "negative", "toned"):
        place = int((at - begin) / counting.SLOT)
        people[place], negative[place], toned[place] = counts
    return people, negative, toned


def _shares(negative: Sequence[int], toned: Sequence[int], first: int) -> list[float]:
    """The share of negative posts in each hour of the week, drawn towards the share in all of them."""
    whole = (sum(negative) + 1) / (sum(toned) + 2)
    bad, of = [whole * DRAWN] * HOURS, [DRAWN] * HOURS
    for slot, (hits, count) in enumerate(zip(negative, toned, strict=True)):
        hour = (first + slot // SLOTS) % HOURS
        bad[hour] += hits
        of[hour] += count
    return [hits / count for hits, count in zip(bad, of, strict=True)]


def _hour_after(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _hour_of_week(moment: datetime, time_zone: str) -> int:
    here = moment.astimezone(ZoneInfo(time_zone))
    return here.weekday() * 24 + here.hour
