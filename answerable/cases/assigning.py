"""Who holds a case, within its own team. Taking is compare-and-set: of two who take at once one wins, the other is told.

Into another team, or into somebody else's hands, a case goes by an offer that is accepted (`transferring`).
"""

from __future__ import annotations

from answerable.cases import custody
from answerable.cases.custody import holder_mark as holder_mark  # noqa: PLC0414 - pages carry it to these verbs
from answerable.cases.models import Case
from answerable.core import attendance
from answerable.core.access import RIGHTS, Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Membership, User
from answerable.core.moments import now


def take(case: Case, *, expected: str, by: Viewer) -> Case:
    """Take the case, if its holder is still the one that was on the screen (`holder_mark`).

    Raises `Conflict`, naming the holder of now, when somebody was first, and `NotAllowed` for a case of a team that is
    not one's own: that is offered, and accepted.
    """
    by.require(Right.ANSWER)
    if not by.sees_all and case.team_id not in by.team_ids:
        raise NotAllowed(
            "The case belongs to %(team)s. Nothing was changed. Ask them to offer it to you.", team=str(case.team)
        )
    return custody.hand(case, expected=expected, user_id=by.user_id, team_id=case.team_id, kind="case_taken", by=by)


def release(case: Case, *, expected: str, by: Viewer) -> Case:
    """Put the case back into the queue of its own team. The holder may; for others' cases a lead."""
    by.require(Right.ANSWER)
    if not case.held_by(by):
        by.require(Right.ASSIGN_OTHERS)
    if case.holder_user_id is None:
        raise Conflict("The case lies in the queue already. Nothing was changed.")
    return custody.hand(case, expected=expected, user_id=None, team_id=case.team_id, kind="case_released", by=by)


def assign(case: Case, *, to_user: User, expected: str, by: Viewer) -> Case:
    """A lead hands a case out of the queue to a member of its team who is here.

    Raises `Conflict` when it lies in no queue, `Invalid` for somebody who cannot hold it.
    """
    by.require(Right.ASSIGN_OTHERS)
    if case.holder_user is not None:
        raise Conflict(
            "%(holder)s holds the case. Nothing was changed. Put it back into the queue first, or offer it.",
            holder=str(case.holder_user),
        )
    member = able(to_user, by=by)
    if not custody.sees(member, case.team_id):
        raise Invalid(
            "%(person)s does not belong to the team. Nothing was changed. Offer the case to them instead.",
            "to",
            person=str(to_user),
        )
    return custody.hand(case, expected=expected, user_id=to_user.pk, team_id=case.team_id, kind="case_assigned", by=by)


def able(user: User, *, by: Viewer) -> Membership:
    """The membership of somebody who can hold a case now. Raises `Invalid` for who is away or has no role for it."""
    member = attendance.here(now()).filter(workspace_id=by.workspace_id, user=user).first()
    if member is None:
        raise Invalid("%(person)s is away or left. Nothing was changed. Choose their team.", "to", person=str(user))
    if not any(Right.ANSWER in RIGHTS.get(role, ()) for role in member.roles):
        raise Invalid("%(person)s answers no customers. Nothing was changed. Choose another.", "to", person=str(user))
    return member
