"""Questions about clocks, always for a viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Min

from answerable.cases.models import Case
from answerable.clocks.models import Clock, Pause, by_importance
from answerable.core import access
from answerable.core.access import Viewer


def of_case(case: Case, viewer: Viewer) -> list[Clock]:
    """The clocks of a case as a screen shows them: resolution first; of what ran several times, the last."""
    found = access.rows(Clock, viewer).filter(case=case).select_related("user", "stopped_by", "calendar").order_by("pk")
    latest = {(each.rule, each.start_field, each.round if each.is_legal else 0): each for each in found}
    return sorted(latest.values(), key=by_importance)


def legal_of(cases: Collection[Case]) -> Mapping[int, datetime]:
    """Of these visible cases, those that the law is running a clock for, each with its first strict date."""
    if not cases:
        return {}
    running = Clock.objects.filter(case__in=cases, sort=Clock.Sort.LEGAL, stopped_at=None)
    return dict(running.values_list("case_id").annotate(Min("strict_due_at")))


def paused_by(case: Case, viewer: Viewer) -> Pause | None:
    """The wait that goes on now."""
    return access.rows(Pause, viewer).filter(case=case, ended_at=None).first()
