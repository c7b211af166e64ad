"""Transfers: a case is offered, and accepted, declined or taken back."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema, Status

from answerable.cases import custody_queries, transferring
from answerable.cases.models import Transfer
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Team, User
from answerable.inbox.api.cases import CaseOut, Id, find, told
from answerable.inbox.api.door import Asked, Bearer, Words, answers

router = Router(tags=["transfers"])


class TransferOut(Schema):
    """An offer and what became of it. `state` is offered, accepted, declined, returned or withdrawn."""

    id: int
    case: int
    state: str
    giver: str
    receiver: str
    context: str
    reason: str
    at: datetime
    answer_by: datetime
    decided_at: datetime | None


class Offering(Schema):
    """To a person or to the queue of another team, if the holder is still `expected`."""

    expected: Words
    context: Words
    to_user: Id | None = None
    to_team: Id | None = None


class Accepting(Schema):
    """`into_queue`: the lead of a team lays it into the team's queue instead of holding it."""

    into_queue: bool = False


class DecliningTransfer(Schema):
    reason: Words


@router.get("/transfers", auth=Bearer(Right.READ_CASES), response=answers(list[TransferOut]))
def index(request: Asked) -> list[TransferOut]:
    """What is on offer to this member, what comes back first on top."""
    return [_told(each) for each in custody_queries.offers(request.auth)]


@router.post("/cases/{pk}/transfers", auth=Bearer(Right.ANSWER), response=answers(TransferOut, 201))
def offer(request: Asked, pk: Id, given: Offering) -> Status[TransferOut]:
    viewer, case = request.auth, find(request.auth, pk)
    user = access.one(User, viewer, pk=given.to_user) if given.to_user else None
    team = access.one(Team, viewer, pk=given.to_team) if given.to_team else None
    made = transferring.offer(
        case, context=given.context, expected=given.expected, to_user=user, to_team=team, by=viewer
    )
    return Status(201, _told(made))


@router.post("/transfers/{pk}/acceptance", auth=Bearer(Right.ANSWER), response=answers(CaseOut))
def accept(request: Asked, pk: Id, given: Accepting) -> CaseOut:
    case = transferring.accept(_find(request.auth, pk), into_queue=given.into_queue, by=request.auth)
    return told(case)


@router.post("/transfers/{pk}/refusal", auth=Bearer(Right.ANSWER), response=answers(TransferOut))
def decline(request: Asked, pk: Id, given: DecliningTransfer) -> TransferOut:
    transfer = _find(request.auth, pk)
    transferring.decline(transfer, reason=given.reason, by=request.auth)
    return _told(transfer)


@router.post("/transfers/{pk}/withdrawal", auth=Bearer(Right.ANSWER), response=answers(TransferOut))
def withdraw(request: Asked, pk: Id) -> TransferOut:
    transfer = _find(request.auth, pk)
    transferring.withdraw(transfer, by=request.auth)
    return _told(transfer)


def _find(viewer: Viewer, pk: int) -> Transfer:
    return access.one(Transfer, viewer, pk=pk)


def _told(transfer: Transfer) -> TransferOut:
    return TransferOut(
        id=transfer.pk,
        case=transfer.case_id,
        state=transfer.state,
        giver=str(transfer.from_user or transfer.from_team),
        receiver=str(transfer.to_user or transfer.to_team),
        context=transfer.context,
        reason=transfer.reason,
        at=transfer.at,
        answer_by=transfer.answer_by,
        decided_at=transfer.decided_at,
    )
