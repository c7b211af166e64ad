"""Closing a case with a disposition, and opening it again."""

from __future__ import annotations

from datetime import datetime

from answerable.cases import custody, endings
from answerable.cases.models import Case, Closure, Disposition, Transfer
from answerable.conversations.cleaning import clean
from answerable.core import attendance, journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

NEEDS_WORDS = frozenset({Disposition.SOLVED, Disposition.ANSWERED, Disposition.ELSEWHERE})


def close(case: Case, *, disposition: str, what_solved_it: str = "", by: Viewer, at: datetime | None = None) -> Closure:
    """Close an open case. The agent's word alone: the customer's or a policy's makes it count as resolved.

    Raises `Invalid` for an outcome that is not on the list or lacks its words, `Conflict` when it is closed already.
    """
    by.require(Right.CLOSE)
    at = at or now()
    words = clean(what_solved_it).strip()
    check(disposition, words, case)
    closed = Case.objects.filter(pk=case.pk, state=Case.State.OPEN).update(state=Case.State.CLOSED, closed_at=at)
    case.refresh_from_db()
    if not closed:
        raise Conflict("The case was closed already. Nothing was changed.")
    custody.end_offer(case, Transfer.State.WITHDRAWN, because="case_closed", by=by, at=at)
    closure = Closure.objects.create(
        case=case, disposition=disposition, what_solved_it=words, user_id=by.user_id, at=at
    )
    data = {"disposition": disposition, "closure": closure.pk}
    journal.write("case_closed", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return closure


def reopen(case: Case, *, because: str, by: Actor, at: datetime | None = None) -> Case:
    """Open it again at the same holder; at the queue of its team when the holder left or is away. An open case stays as it is.

    The promised time stays: the clock of a problem that was not solved never stopped. A case that only a merge had opened
    is from now on open for this reason, also when the merge is undone.
    """
    if isinstance(by, Viewer):
        by.require(Right.CLOSE)
    at = at or now()
    holder = case.holder_user_id
    keep = holder if holder is not None and attendance.is_here(holder, case.workspace_id, now()) else None
    opened = Case.objects.filter(pk=case.pk, state=Case.State.CLOSED).update(
        state=Case.State.OPEN,
        closed_at=None,
        waiting_since=None,
        waiting_for=Case.WaitingFor.US,
        resolved_at=None,
        holder_user_id=keep,
        holder_team_id=None if keep else case.team_id,
    )
    case.refresh_from_db()
    if opened:
        Closure.objects.filter(case=case, reopened_at=None).update(reopened_at=at, reopened_because=because)
        data = {"because": because}
        journal.write("case_reopened", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    elif case.is_open:
        Closure.objects.filter(case=case, reopened_because="merged").update(reopened_because=because)
    return case


def check(disposition: str, words: str, case: Case) -> None:
    """Raise `Invalid` for an outcome that is not on the list or lacks its words."""
    if disposition not in Disposition.values:
        raise Invalid("Choose how the case ended. It stays open.", "disposition")
    if words or disposition not in NEEDS_WORDS:
        return
    if disposition != Disposition.ELSEWHERE and endings.only_deflected(case):
        raise Invalid(
            "So far every answer sent the customer elsewhere. Say what solved it, or solve it first. It stays open.",
            "what_solved_it",
        )
    raise Invalid("Say in a sentence what solved it. The case stays open.", "what_solved_it")
