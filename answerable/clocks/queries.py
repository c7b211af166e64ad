"""Questions about clocks, always for a viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from answerable.cases.models import Case
from answerable.clocks.models import Clock, Pause, by_importance
from answerable.core import access
from answerable.core.access import Viewer

# Asked with every page of the inbox, and longer to compose than to carry out.
_LEGAL = """
SELECT case_id, min(strict_due_at) FROM clocks_clock
WHERE case_id = ANY(%s) AND sort = 'legal' AND stopped_at IS NULL GROUP BY case_id
"""


def of_case(case: Case, viewer: Viewer) -> list[Clock]:
    """The clocks of a case as a screen shows them: resolution first; of what ran several times, the last."""
    found = access.rows(Clock, viewer).filter(case=case).select_related("user", "stopped_by", "calendar").order_by("pk")
    latest = {(each.rule, each.start_field, each.round if each.is_legal else 0): each for each in found}
    return sorted(latest.values(), key=by_importance)


def legal_of(cases: Collection[Case]) -> Mapping[int, datetime]:
    """Of these visible cases, those that the law is running a clock for, each with its first strict date."""
    if not cases:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LEGAL, [[case.pk for case in cases]])
        return dict(cursor.fetchall())


def paused_by(case: Case, viewer: Viewer) -> Pause | None:
    """The wait that goes on now."""
    return access.rows(Pause, viewer).filter(case=case, ended_at=None).first()
