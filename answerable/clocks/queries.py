"""Questions about clocks, always for a viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from answerable.cases.models import Case
from answerable.clocks.models import Clock, Pause, by_importance
from answerable.core import access
from answerable.core.access import Viewer

# Asked with every page of the inbox, and longer to compose than to carry out.
_GLANCES = """
SELECT asked.id, min(strict_due_at) FILTER (WHERE sort = 'legal'),
    bool_or(paused_at IS NOT NULL) FILTER (WHERE rule = 'resolution'),
    (SELECT who FROM cases_snooze aside WHERE aside.case_id = asked.id AND aside.woke_at IS NULL)
FROM unnest(%s) AS asked (id) LEFT JOIN clocks_clock ON case_id = asked.id AND stopped_at IS NULL GROUP BY asked.id
"""


@dataclass(frozen=True)
class Glance:
    """What a list says of the clocks of a case: the first strict date of the law, if a clock of the law runs; whether the
    promised time stands still (None where its clock did not begin yet); and the name of whom we wait for."""

    legal: datetime | None = None
    stands: bool | None = None
    who: str = ""


def of_case(case: Case, viewer: Viewer) -> list[Clock]:
    """The clocks of a case as a screen shows them: resolution first; of what ran several times, the last."""
    found = access.rows(Clock, viewer).filter(case=case).select_related("user", "stopped_by", "calendar").order_by("pk")
    latest = {(each.rule, each.start_field, each.round if each.is_legal else 0): each for each in found}
    return sorted(latest.values(), key=by_importance)


def glances(cases: Collection[Case]) -> Mapping[int, Glance]:
    """Of these visible cases, each in one glance."""
    if not cases:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_GLANCES, [[case.pk for case in cases]])
        return {pk: Glance(legal, stands, who or "") for pk, legal, stands, who in cursor.fetchall()}


def strict_due(case: Combinable) -> QuerySet[Clock, datetime]:
    """The first strict date of the law that runs for a case of another question."""
    running = Clock.objects.filter(case=case, sort=Clock.Sort.LEGAL, stopped_at=None)
    return running.order_by("strict_due_at").values_list("strict_due_at", flat=True)[:1]


def paused_by(case: Case, viewer: Viewer) -> Pause | None:
    """The wait that goes on now."""
    return access.rows(Pause, viewer).filter(case=case, ended_at=None).first()
