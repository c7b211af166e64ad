"""What time itself does to cases: promises whose day has come. The house does it, in each workspace's own name."""

from __future__ import annotations

from datetime import datetime

from answerable.cases import promising
from answerable.cases.models import Promise
from answerable.core.access import House
from answerable.core.moments import now


def break_promises(at: datetime | None = None) -> int:
    """Mark every promise whose time is up as broken; returns how many."""
    at = at or now()
    due = Promise.objects.select_related("case__team").filter(state=Promise.State.OPEN, due_at__lte=at)
    return sum(promising.break_due(each, by=House(each.case.workspace_id, "promises"), at=at) for each in due)
