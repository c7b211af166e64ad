"""A source that is silent beyond what is usual for it at this hour: its people are told, quietly.

A source that fails or is paused was told of already. Silent is who sent nothing at all: a stream in which nothing is about
us is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from answerable.channels import telling
from answerable.channels.models import Source
from answerable.core import journal
from answerable.core.access import House
from answerable.metrics import waves
from answerable.metrics.counting import SLOT
from answerable.metrics.known import minute_of, usual_of
from answerable.metrics.models import Count, Series
from answerable.metrics.waves import Finding

KIND = "source_quiet"


def tell(known: Sequence[Series], *, at: datetime, by: House) -> list[int]:
    """Tell of each source that fell silent now, once for each silence; returns the ids of their series."""
    ours = [each for each in known if each.sort == Series.Sort.SOURCE]
    sources, last = _listening(by.workspace_id), _last(ours)
    told = []
    for series in ours:
        source = sources.get(series.name)
        if source is None or series.pk not in last:
            continue
        since = max(last[series.pk], source.heard_at or last[series.pk])
        found = _silent(series, since, at, among=len(known))
        if found and series.quiet_since is None:
            _say(source, series, found, since, by)
            told.append(series.pk)
        elif found is None and series.quiet_since is not None:
            Series.objects.filter(pk=series.pk).update(quiet_since=None)
    return told


def _silent(series: Series, since: datetime, at: datetime, *, among: int) -> Finding | None:
    cells = int((at - since) / SLOT)
    return waves.silence(cells, usual_of(series), minute_of(series, at), among=among)


def _listening(workspace_id: int) -> Mapping[str, Source]:
    on = Source.objects.filter(workspace=workspace_id, state=Source.State.ON, failing_since=None)
    return {str(each.pk): each for each in on.select_related("team")}


def _last(ours: Sequence[Series]) -> Mapping[int, datetime]:
    counted = Count.objects.filter(series__in=[each.pk for each in ours]).values("series").annotate(last=Max("at"))
    return {each["series"]: each["last"] + SLOT for each in counted}


def _say(source: Source, series: Series, found: Finding, since: datetime, by: House) -> None:
    Series.objects.filter(pk=series.pk).update(quiet_since=since)
    data = {"minutes": found.since, "expected": round(found.expected, 1), "odds": round(found.odds, 1)}
    journal.write(KIND, by=by, source_id=source.pk, team_id=source.team_id, data=data)
    telling.tell(source, KIND, by=by)
