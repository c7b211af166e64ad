"""Who holds a case. Taking is compare-and-set: of two who take at once one wins, the other is told by name."""

from __future__ import annotations

from django.db.models import Q

from answerable.cases.models import Case
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, Team, User


def take(case: Case, *, expected: str, by: Viewer) -> Case:
    """Take the case, if its holder is still the one that was on the screen (`holder_mark`).

    Raises `Conflict`, naming the holder of now, when somebody was first.
    """
    by.require(Right.ANSWER)
    return _hand(case, expected=expected, user_id=by.user_id, team_id=case.team_id, kind="case_taken", by=by)


def give(case: Case, *, expected: str, by: Viewer, to_user: User | None = None, to_team: Team | None = None) -> Case:
    """Give the case to a colleague or into the queue of a team. The holder may; for others' cases a lead."""
    if not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    by.require(Right.ANSWER)
    if to_user is not None:
        member = _member(to_user, by)
        team_id = case.team_id if _sees(member, case.team_id) else _first_team(member, to_user)
        return _hand(case, expected=expected, user_id=to_user.pk, team_id=team_id, kind="case_given", by=by)
    if to_team is None:
        raise Invalid("Nobody was chosen. The case stays where it is. Choose a person or a team.", "to")
    access.one(Team, by, pk=to_team.pk)
    return _hand(case, expected=expected, user_id=None, team_id=to_team.pk, kind="case_given", by=by)


def holder_mark(case: Case) -> str:
    """The holder as a short mark ("user:7", "team:2") that a page carries and gives back."""
    if case.holder_user_id is not None:
        return f"user:{case.holder_user_id}"
    return f"team:{case.holder_team_id}"


def _hand(case: Case, *, expected: str, user_id: int | None, team_id: int, kind: str, by: Viewer) -> Case:
    sort, _, key = expected.partition(":")
    same = Q(holder_user_id=key, holder_team=None) if sort == "user" else Q(holder_team_id=key, holder_user=None)
    if not key.isdecimal() or sort not in {"user", "team"}:
        raise Invalid("The page did not say who held the case. Nothing was changed. Load the page again.", "expected")
    moved = Case.objects.filter(same, pk=case.pk, state=Case.State.OPEN).update(
        holder_user_id=user_id, holder_team_id=None if user_id else team_id, team_id=team_id
    )
    case.refresh_from_db()
    if not moved:
        raise _too_late(case)
    data = {"from": expected, "to": holder_mark(case)}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return case


def _too_late(case: Case) -> Conflict:
    if not case.is_open:
        return Conflict("The case was closed meanwhile. Nothing was changed.")
    holder = case.holder_user or case.holder_team
    return Conflict(
        "%(holder)s holds the case now. Nothing was changed. Talk to them, or leave a note.", holder=str(holder)
    )


def _member(user: User, by: Viewer) -> Membership:
    return access.one(Membership, by, user_id=user.pk, ended_at=None)


def _sees(member: Membership, team_id: int) -> bool:
    return member.sees_all or member.teams.filter(pk=team_id).exists()


def _first_team(member: Membership, user: User) -> int:
    team = member.teams.order_by("pk").first()
    if team is None:
        raise Invalid(
            "%(person)s belongs to no team and could not see the case. Nothing was changed.", "to", person=str(user)
        )
    return int(team.pk)
