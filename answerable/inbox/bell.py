"""The number at the bell of every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection

from answerable.cases import custody_queries
from answerable.channels import queries as source_queries
from answerable.core.access import Viewer
from answerable.listening import overshooting
from answerable.metrics import queries as radar_queries
from answerable.replies import wordings
from answerable.safety import referral_queries
from answerable.triage import queue_queries


def unseen(viewer: Viewer) -> int:
    """How many notices the viewer has not seen, of cases, sources, incidents, queries and what else; one statement."""
    statement, values = _counting(viewer)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (number,) = cursor.fetchone() or (0,)
    return int(number)


@lru_cache(maxsize=512)
def _counting(viewer: Viewer) -> tuple[str, tuple[Any, ...]]:
    """The same for the same person every time; to write it takes longer than to carry it out."""
    told = (
        custody_queries.unseen(viewer),
        source_queries.unseen(viewer),
        radar_queries.unseen(viewer),
        wordings.unseen(viewer),
        referral_queries.unseen(viewer),
        queue_queries.unseen(viewer),
        overshooting.unseen(viewer),
    )
    parts = [rows.values("pk").query.sql_with_params() for rows in told]
    rows = " UNION ALL ".join(f"({statement})" for statement, _ in parts)
    return f"SELECT count(*) FROM ({rows}) AS unseen", tuple(each for _, values in parts for each in values)  # noqa: S608 - Django's own
