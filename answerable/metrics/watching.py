"""A look a minute: what is heard now is held against what is usual, and what stands out becomes an incident.

1. What came in lately is counted.
2. Each series whose usual is known is looked at; how strict, depends on how many there are.
3. What stands out opens an incident, or joins the one whose posts it shares. What is most particular comes first, so that a
   wave about one product is called by that product.
4. Open incidents take in their new posts; whose counts are usual again are over.
5. A source that is silent beyond what is usual is told of, once for each silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from answerable.core.access import House
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.metrics import counting, gathering, quieting, waves
from answerable.metrics.heard import HEARD
from answerable.metrics.known import minute_of, tone_of, usual_of
from answerable.metrics.models import Incident, Series

PART = "radar"
RECOUNTED = timedelta(minutes=30)
LOOKED = timedelta(minutes=waves.CELLS * waves.CELL)

_CELLS = f"""{HEARD}
, people AS (
    SELECT series.id, floor(ago / 300)::int AS cell, author, floor(max(ago) / 60)::int AS minute,
        count(*) FILTER (WHERE heard.negative) AS negative, count(heard.negative) AS toned
    FROM heard JOIN metrics_series series ON series.workspace_id = %(workspace)s AND series.team_id = heard.team_id
        AND series.sort = heard.sort AND series.name = left(heard.name, 120)
    CROSS JOIN LATERAL (SELECT extract(epoch FROM %(until)s::timestamptz - at) AS ago) since
    GROUP BY 1, 2, 3
)
SELECT id, cell, minute, count(*), sum(negative)::int, sum(toned)::int FROM people GROUP BY 1, 2, 3
"""  # noqa: S608 - our own names


@dataclass
class Cells:
    """What is newest first: people by five minutes, each where they spoke first in them, and the newest by the minute; and of the
    last hour how many posts sounded negative, among how many.
    """

    people: list[int] = field(default_factory=lambda: [0] * waves.CELLS)
    newest: list[int] = field(default_factory=lambda: [0] * waves.NEWEST)
    negative: int = 0
    toned: int = 0


def watch_everywhere() -> int:
    """Look at every workspace; returns how many incidents are open. Each workspace is a transaction of its own."""
    return sum(watch(by=House(pk, PART)) for pk in Workspace.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def watch(*, by: House) -> int:
    """Look at one workspace now; returns how many incidents are open in it."""
    at = now()
    counting.count(since=at - RECOUNTED, until=at, by=by)
    known = list(
        Series.objects.filter(workspace=by.workspace_id).exclude(per_hour=[]).select_related("team", "workspace")
    )
    lately = _cells(by.workspace_id, at)
    for series in sorted(known, key=gathering.breadth):
        if found := _look(series, lately[series.pk], minute_of(series, at), among=len(known)):
            gathering.alarm(series, found, at=at, by=by)
    for incident in gathering.running(by.workspace_id):
        gathering.take_in(incident, until=at, by=by)
        _end_if_over(incident, lately, at, by)
    quieting.tell(known, at=at, by=by)
    return Incident.objects.filter(workspace=by.workspace_id, closed_at=None).count()


def _look(series: Series, cells: Cells, minute: float, *, among: int) -> waves.Finding | None:
    if sum(cells.people) < waves.LEAST_PEOPLE:
        return None
    tone = tone_of(series, minute, negative=cells.negative, toned=cells.toned)
    return waves.look(waves.Lately(cells.people, cells.newest), usual_of(series), minute, among=among, tone=tone)


def _cells(workspace_id: int, at: datetime) -> Mapping[int, Cells]:
    found = defaultdict[int, Cells](Cells)
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, counting.asked_of(workspace_id, since=at - LOOKED, until=at))
        rows: Sequence[tuple[int, int, int, int, int, int]] = cursor.fetchall()
    for series_id, cell, minute, people, negative, toned in rows:
        cells = found[series_id]
        cells.people[min(cell, waves.CELLS - 1)] += people
        if minute < waves.NEWEST:
            cells.newest[minute] += people
        if cell < waves.TONE_WINDOW:
            cells.negative += negative
            cells.toned += toned
    return found


def _end_if_over(incident: Incident, lately: Mapping[int, Cells], at: datetime, by: House) -> None:
    series = incident.series
    if waves.is_over(lately[series.pk].people, usual_of(series), minute_of(series, at)):
        gathering.end_wave(incident, at=at, by=by)
