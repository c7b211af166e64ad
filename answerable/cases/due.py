"""What time itself does to cases: promises whose day has come, questions that nobody answered. The house does it, in each workspace's own name."""

from __future__ import annotations

from datetime import datetime

from answerable.cases import asking, promising
from answerable.cases.models import Asking, Case, Promise
from answerable.core.access import House
from answerable.core.moments import now


def break_promises(at: datetime | None = None) -> int:
    """Mark every promise whose time is up as broken; returns how many."""
    at = at or now()
    due = Promise.objects.select_related("case__team").filter(state=Promise.State.OPEN, due_at__lte=at)
    return sum(promising.break_due(each, by=House(each.case.workspace_id, "promises"), at=at) for each in due)


def count_silence(at: datetime | None = None) -> int:
    """Count the silence of everybody who was asked, and did not say in time whether it is solved; returns how many."""
    at = at or now()
    in_force = Asking.objects.filter(closure__reopened_at=None, case__state=Case.State.CLOSED)
    asked = in_force.select_related("case__team", "closure").filter(
        answered_at=None, answer_by__lte=at, message__reply__state__in=asking.ARRIVED
    )
    return sum(asking.count_silence(each, by=House(each.case.workspace_id, "policy"), at=at) for each in asked)
