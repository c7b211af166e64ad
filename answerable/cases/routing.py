"""Moving a case between queues, and out of hands into the queue of its team. Compare-and-set, like all custody."""

from __future__ import annotations

from answerable.cases import custody
from answerable.cases.models import Case
from answerable.core import access, attendance
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.models import Team
from answerable.core.moments import now


def route(case: Case, *, team: Team, by: House) -> bool:
    """Put a case that no person holds into the queue of a team. False when somebody holds it, or it lies there already.

    A part of the house takes no case out of somebody's hands by routing it.
    """
    if case.holder_user_id is not None or case.holder_team_id == team.pk or team.workspace_id != case.workspace_id:
        return False
    return custody.move(
        case, expected=custody.holder_mark(case), user_id=None, team_id=team.pk, kind="case_routed", by=by
    )


def back(case: Case, *, by: Actor) -> bool:
    """Return a case from a person to the queue of its team. False when no person holds it."""
    if isinstance(by, Viewer) and not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    if case.holder_user_id is None:
        return False
    return custody.move(
        case, expected=custody.holder_mark(case), user_id=None, team_id=case.team_id, kind="case_returned", by=by
    )


def put(case: Case, *, team: Team, expected: str, by: Viewer) -> None:
    """Put a case into the queue of a team, if its holder is still `expected`. The holder may; for others' a lead.

    Raises `Conflict`, naming the holder of now, when somebody was first.
    """
    by.require(Right.ANSWER)
    if not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    access.one(Team, by, pk=team.pk)
    if not custody.move(case, expected=expected, user_id=None, team_id=team.pk, kind="case_routed", by=by):
        raise custody.too_late(case)


def put_back(case: Case, *, mark: str, team_id: int, expected: str, by: Viewer) -> None:
    """Where a case was before, by its mark; into the queue of that team when the person left or is away. Raises `Conflict`."""
    by.require(Right.ANSWER)
    sort, _, key = custody.read(mark).partition(":")
    there = sort == "user" and attendance.is_here(int(key), case.workspace_id, now())
    holder = int(key) if there else None
    if not custody.move(case, expected=expected, user_id=holder, team_id=team_id, kind="case_routed", by=by):
        raise custody.too_late(case)
