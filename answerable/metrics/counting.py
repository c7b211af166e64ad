"""Counting what came in, by five minutes. To count again changes nothing; what came late, or was filed anew, is counted then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from answerable.core.access import House
from answerable.metrics.heard import HEARD, MACHINES

SLOT = timedelta(minutes=5)

# 1. Series that are new. 2. What is counted now. 3. What was counted before and is no more.
_SERIES = f"""{HEARD}
INSERT INTO metrics_series (workspace_id, team_id, sort, name, label, began_at)
SELECT %(workspace)s, team_id, sort, left(name, 120), max(label), date_bin('5 minutes', min(at), 'epoch')
FROM heard GROUP BY team_id, sort, left(name, 120)
ON CONFLICT (workspace_id, team_id, sort, name) DO UPDATE
SET label = excluded.label, began_at = least(metrics_series.began_at, excluded.began_at)
WHERE metrics_series.label <> excluded.label OR metrics_series.began_at > excluded.began_at
"""  # noqa: S608 - our own names
_COUNTS = f"""{HEARD}, fresh AS (
    SELECT series.id AS series_id, date_bin('5 minutes', at, 'epoch') AS slot, count(*) AS posts,
        count(DISTINCT author) AS people, count(*) FILTER (WHERE heard.negative) AS negative, count(heard.negative) AS toned
    FROM heard JOIN metrics_series series ON series.workspace_id = %(workspace)s AND series.team_id = heard.team_id
        AND series.sort = heard.sort AND series.name = left(heard.name, 120)
    GROUP BY 1, 2
), gone AS (
    DELETE FROM metrics_count counted USING metrics_series series
    WHERE series.id = counted.series_id AND series.workspace_id = %(workspace)s
        AND counted.at >= %(since)s AND counted.at < %(until)s
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.series_id = counted.series_id AND fresh.slot = counted.at)
)
INSERT INTO metrics_count (series_id, at, posts, people, negative, toned)
SELECT series_id, slot, posts, people, negative, toned FROM fresh
ON CONFLICT (series_id, at) DO UPDATE
SET posts = excluded.posts, people = excluded.people, negative = excluded.negative, toned = excluded.toned
WHERE (metrics_count.posts, metrics_count.people, metrics_count.negative, metrics_count.toned)
    IS DISTINCT FROM (excluded.posts, excluded.people, excluded.negative, excluded.toned)
"""  # noqa: S608 - our own names


@transaction.atomic
def count(*, since: datetime, until: datetime, by: House) -> None:
    """Count all that was said in this while, from a full five minutes on."""
    asked = asked_of(by.workspace_id, since=slot_of(since), until=until)
    with connection.cursor() as cursor:
        cursor.execute(_SERIES, asked)
        cursor.execute(_COUNTS, asked)


def slot_of(moment: datetime) -> datetime:
    """The five minutes in which a moment lies."""
    return moment - timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)


def asked_of(workspace_id: int, *, since: datetime, until: datetime) -> dict[str, Any]:
    """What `HEARD` wants to know."""
    return {"workspace": workspace_id, "since": since, "until": until, "machines": [str(mark) for mark in MACHINES]}
