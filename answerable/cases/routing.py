"""Moving a case between queues, and out of hands into the queue of its team. Compare-and-set, like all custody."""

from __future__ import annotations

from django.db.models import Q

from answerable.cases.models import Case
from answerable.core import access, journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, Team


def route(case: Case, *, team: Team, by: House) -> bool:
    """Put a case that no person holds into the queue of a team. False when somebody holds it, or it lies there already.

    A part of the house takes no case out of somebody's hands by routing it.
    """
    if case.holder_user_id is not None or case.holder_team_id == team.pk or team.workspace_id != case.workspace_id:
        return False
    return _move(case, expected=_mark(case), user_id=None, team_id=team.pk, kind="case_routed", by=by)


def back(case: Case, *, by: Actor) -> bool:
    """Return a case from a person to the queue of its team. False when no person holds it."""
    if isinstance(by, Viewer) and not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    if case.holder_user_id is None:
        return False
    return _move(case, expected=_mark(case), user_id=None, team_id=case.team_id, kind="case_returned", by=by)


def put(case: Case, *, team: Team, expected: str, by: Viewer) -> None:
    """Put a case into the queue of a team, if its holder is still `expected`. The holder may; for others' a lead.

    Raises `Conflict`, naming the holder of now, when somebody was first.
    """
    by.require(Right.ANSWER)
    if not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    access.one(Team, by, pk=team.pk)
    if not _move(case, expected=expected, user_id=None, team_id=team.pk, kind="case_routed", by=by):
        raise _too_late(case)


def put_back(case: Case, *, mark: str, team_id: int, expected: str, by: Viewer) -> None:
    """Where a case was before, by its mark; into the queue of that team when the person has left. Raises `Conflict`."""
    by.require(Right.ANSWER)
    user_id, _team = _read(mark)
    holder = user_id if user_id is not None and _still_here(user_id, case.workspace_id) else None
    if not _move(case, expected=expected, user_id=holder, team_id=team_id, kind="case_routed", by=by):
        raise _too_late(case)


def _mark(case: Case) -> str:
    return f"user:{case.holder_user_id}" if case.holder_user_id is not None else f"team:{case.holder_team_id}"


def _move(case: Case, *, expected: str, user_id: int | None, team_id: int, kind: str, by: Actor) -> bool:
    held_user, held_team = _read(expected)
    moved = Case.objects.filter(
        Q(holder_user_id=held_user, holder_team_id=held_team), pk=case.pk, state=Case.State.OPEN
    ).update(holder_user_id=user_id, holder_team_id=None if user_id else team_id, team_id=team_id)
    case.refresh_from_db()
    if moved:
        data = {"from": expected, "to": _mark(case)}
        journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return bool(moved)


def _read(mark: str) -> tuple[int | None, int | None]:
    """The user and the team of a mark; one of the two is None. Raises `Invalid` for what is none."""
    sort, _, key = mark.partition(":")
    if not (key.isascii() and key.isdecimal() and len(key) <= 18) or sort not in {"user", "team"}:
        raise Invalid("The page did not say who held the case. Nothing was changed. Load the page again.", "expected")
    return (int(key), None) if sort == "user" else (None, int(key))


def _too_late(case: Case) -> Conflict:
    if not case.is_open:
        return Conflict("The case was closed meanwhile. Nothing was changed.")
    holder = case.holder_user or case.holder_team
    return Conflict(
        "%(holder)s holds the case now. Nothing was changed. Talk to them, or leave a note.", holder=str(holder)
    )


def _still_here(user_id: int, workspace_id: int) -> bool:
    return Membership.objects.filter(
        workspace_id=workspace_id, user_id=user_id, ended_at=None, user__is_active=True
    ).exists()
