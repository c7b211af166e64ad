"""When a case counts as resolved: by the customer's word or a policy's, with every promise kept or released."""

from __future__ import annotations

from datetime import datetime

from answerable.cases import endings
from answerable.cases.models import Case, Closure
from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.moments import now

COUNTS = frozenset({Closure.Word.CUSTOMER, Closure.Word.POLICY})
"""Whose word makes a case resolved. An agent's never does, nor a bulk close, a merge or a time-out."""


def settle(case: Case, *, by: Actor, at: datetime | None = None) -> bool:
    """Let a closed case count as resolved from now on, if nothing is missing any more; says whether it does.

    Called after everything that may have been the last thing missing: the customer's word, the policy's, a kept promise.
    """
    locked = Case.objects.select_for_update().filter(pk=case.pk, state=Case.State.CLOSED, resolved_at=None).first()
    closure = endings.closure_of(locked) if locked else None
    if locked is None or closure is None or closure.whose_word not in COUNTS or endings.unkept(locked).exists():
        return False
    at = at or now()
    Case.objects.filter(pk=locked.pk).update(resolved_at=at)
    case.resolved_at = at
    data = {"closure": closure.pk, "whose_word": closure.whose_word}
    journal.write("case_resolved", by=by, case_id=case.pk, team_id=locked.team_id, data=data, at=at)
    return True
