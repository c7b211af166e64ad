"""Transfers: custody is offered with written context, then accepted or declined, or it comes back by itself.

Until somebody accepts, the giver holds the case; those to whom it is offered see it meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from answerable.cases import assigning, custody, telling
from answerable.cases.models import Case, Transfer
from answerable.conversations.cleaning import clean
from answerable.core import access, granting, journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Membership, Team, User
from answerable.core.moments import now

MOST_AT_ONCE = 500


def offer(
    case: Case,
    *,
    context: str,
    expected: str,
    by: Viewer,
    to_user: User | None = None,
    to_team: Team | None = None,
) -> Transfer:
    """Offer the case to a colleague or to the queue of another team. It comes back after the team's `offer_hours`.

    The holder may; out of a queue any of its team; for others' cases a lead. Raises `Invalid` without context or for a
    receiver who cannot hold it, `Conflict` when it changed hands meanwhile or is on offer already.
    """
    by.require(Right.ANSWER)
    if case.holder_user_id not in {None, by.user_id}:
        by.require(Right.ASSIGN_OTHERS)
    words = clean(context).strip()
    if not words:
        raise Invalid("Write what they need to know. Nothing was offered; the case stays where it is.", "context")
    team = _receiving(case, to_user, to_team, by)
    case = custody.lock(case, expected=expected)
    _not_on_offer(case)
    at = now()
    made = Transfer.objects.create(
        case=case,
        from_user_id=case.holder_user_id,
        from_team_id=case.team_id,
        to_user=to_user,
        to_team=team,
        context=words,
        user_id=by.user_id,
        at=at,
        answer_by=at + timedelta(hours=team.offer_hours),
    )
    granting.grant(case.pk, why=custody.OFFERED, by=by, **custody.opened_to(made))
    data = {"transfer": made.pk, "from": custody.giver_mark(made), "to": custody.receiver_mark(made)}
    journal.write("transfer_offered", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    telling.tell(to_user or team.lead_id, "transfer_offered", case=case, by=by)
    return made


def accept(transfer: Transfer, *, by: Viewer, into_queue: bool = False) -> Case:
    """Hold the case from now on. An offer to a team: who accepts holds it, or its lead lays it into the queue.

    Raises `Conflict` when the offer is not open any more: then nothing changed hands.
    """
    by.require(Right.ANSWER)
    _addressed(transfer, by)
    if into_queue and (transfer.to_user_id or transfer.to_team.lead_id != by.user_id):
        raise NotAllowed("Only the lead lays a case into the queue. Nothing was changed. Accept it yourself.")
    case = _locked(transfer)
    before = custody.holder_mark(case)
    _end(case, transfer, Transfer.State.ACCEPTED, because="accepted", by=by)
    custody.accepted(case, transfer, user_id=None if into_queue else by.user_id, by=by)
    data = {"transfer": transfer.pk, "from": before, "to": custody.holder_mark(case)}
    journal.write("case_handed_over", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return case


def decline(transfer: Transfer, *, reason: str, by: Viewer) -> Case:
    """Say no, and why: the giver goes on holding the case and is told. Raises `Invalid` without a reason, `Conflict`."""
    by.require(Right.ANSWER)
    _addressed(transfer, by)
    words = clean(reason).strip()
    if not words:
        raise Invalid("Say why, so that the giver can do better. The offer stays open.", "reason")
    case = _locked(transfer)
    _end(case, transfer, Transfer.State.DECLINED, because="declined", by=by, reason=words)
    _told(case, transfer, "transfer_declined", by=by)
    return case


def withdraw(transfer: Transfer, *, by: Viewer) -> Case:
    """Take the offer back: who made it, who holds the case, or a lead. Raises `Conflict` when it is not open any more."""
    by.require(Right.ANSWER)
    case = _locked(transfer)
    if by.user_id not in {transfer.user_id, transfer.from_user_id, case.holder_user_id}:
        by.require(Right.ASSIGN_OTHERS)
    _end(case, transfer, Transfer.State.WITHDRAWN, because="withdrawn", by=by)
    return case


def overdue(*, at: datetime) -> list[Transfer]:
    """Offers that nobody answered in time, oldest first."""
    open_ = Transfer.objects.filter(state=Transfer.State.OFFERED, answer_by__lte=at)
    return list(open_.select_related("case").order_by("answer_by", "pk")[:MOST_AT_ONCE])


@transaction.atomic
def give_back(transfer: Transfer, *, because: str, by: Actor) -> bool:
    """The offer comes back, and the giver and the lead are told; False when somebody answered it first.

    A giver who left or is away meanwhile holds nothing: then the case lies in the queue of its team.
    """
    case = Case.objects.select_for_update().get(pk=transfer.case_id)
    ended = custody.end_offer(case, Transfer.State.RETURNED, because=because, by=by, offer=transfer)
    if ended is None:
        return False
    custody.from_those_not_here([case], at=now())
    _told(case, ended, "transfer_returned", by=by)
    if case.team.lead_id != ended.from_user_id:
        telling.tell(case.team.lead_id, "transfer_returned", case=case, by=by)
    return True


def _receiving(case: Case, to_user: User | None, to_team: Team | None, by: Viewer) -> Team:
    """The team into which the case goes."""
    if to_user is not None:
        return _team_of(case, to_user, by)
    if to_team is None:
        raise Invalid("Nobody was chosen. The case stays where it is. Choose a person or a team.", "to")
    if to_team.pk == case.team_id:
        raise Invalid("That is the case's own queue. Nothing was offered. Put it back there directly.", "to")
    return access.one(Team, by, pk=to_team.pk)


def _team_of(case: Case, user: User, by: Viewer) -> Team:
    if user.pk == case.holder_user_id:
        raise Invalid("%(person)s holds the case already. Nothing was changed.", "to", person=str(user))
    member = assigning.able(user, by=by)
    if custody.sees(member, case.team_id):
        return case.team
    team = member.teams.order_by("pk").first()
    if team is None:
        raise Invalid(
            "%(person)s belongs to no team and could not see the case. Nothing was changed.", "to", person=str(user)
        )
    return team


def _not_on_offer(case: Case) -> None:
    known = (
        Transfer.objects.select_related("to_user", "to_team").filter(case=case, state=Transfer.State.OFFERED).first()
    )
    if known is not None:
        raise Conflict(
            "The case is on offer to %(receiver)s. Nothing was changed. Take that offer back first.",
            receiver=str(known.to_user or known.to_team),
        )


def _addressed(transfer: Transfer, by: Viewer) -> None:
    if transfer.to_user_id == by.user_id:
        return
    if transfer.to_user_id is None and (transfer.to_team_id in by.team_ids or transfer.to_team.lead_id == by.user_id):
        return
    raise NotAllowed(
        "The case is on offer to %(receiver)s. Nothing was changed.",
        receiver=str(transfer.to_user or transfer.to_team),
    )


def _locked(transfer: Transfer) -> Case:
    """Without a join: whoever waited for a row that changed its team meanwhile would find it joined to none."""
    return Case.objects.select_for_update().get(pk=transfer.case_id)


def _end(
    case: Case, transfer: Transfer, state: Transfer.State, *, because: str, by: Viewer, reason: str = ""
) -> Transfer:
    """End this offer, or say what became of it meanwhile."""
    ended = (
        custody.end_offer(case, state, because=because, by=by, reason=reason, offer=transfer) if case.is_open else None
    )
    if ended is None:
        transfer.refresh_from_db()
        raise _answered(transfer)
    return ended


def _answered(transfer: Transfer) -> Conflict:
    who = str(transfer.decided_by or "")
    if transfer.state == Transfer.State.ACCEPTED:
        return Conflict("%(who)s accepted the case first. Nothing was changed.", who=who)
    if transfer.state == Transfer.State.DECLINED:
        return Conflict("%(who)s declined the case first. Nothing was changed.", who=who)
    if transfer.state == Transfer.State.WITHDRAWN:
        return Conflict("The offer was taken back. Nothing was changed.")
    return Conflict("The offer came back: its time was over. Nothing was changed. Ask for a new one.")


def _told(case: Case, transfer: Transfer, kind: str, *, by: Actor) -> None:
    """The giver is told; for a queue its lead."""
    members = Membership.objects.filter(workspace_id=case.workspace_id, ended_at=None)
    giver = transfer.from_user_id if transfer.from_user_id is not None else 0
    there = members.filter(user_id=giver).exists()
    telling.tell(giver if there else case.team.lead_id, kind, case=case, by=by)
