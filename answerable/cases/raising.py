"""Raising a case: it needs a look sooner than its place in the list says."""

from __future__ import annotations

from answerable.cases.models import Case
from answerable.core import journal
from answerable.core.access import House
from answerable.core.moments import now


def raise_case(case: Case, *, by: House) -> bool:
    """Mark an open case as raised. False when it is so already and nothing was said since. Counts no contact."""
    if case.raised_at is not None and case.raised_at >= case.last_at:
        return False
    at = max(now(), case.last_at)
    raised = Case.objects.filter(pk=case.pk, state=Case.State.OPEN).update(raised_at=at)
    case.refresh_from_db(fields=["raised_at", "state"])
    if raised:
        journal.write("case_raised", by=by, case_id=case.pk, team_id=case.team_id, data={"because": "by_rule"})
    return bool(raised)
