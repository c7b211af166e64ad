"""How a case comes to its end: promises, remedies and the journey."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema, Status

from answerable.cases import promising, remedying
from answerable.cases.models import Promise, Remedy
from answerable.conversations.cleaning import plausible
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox import journey_words, sayings
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import LARGEST_ID, Asked, Bearer, Words, answers
from answerable.inbox.views import journeys
from answerable.replies import closing_there

router = Router(tags=["ends"])
Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class Promising(Schema):
    text: Words
    due_at: datetime


class Settling(Schema):
    """Kept, or released by the customer (not kept); `how` says how, in a sentence."""

    kept: bool
    how: Words


class PromiseOut(Schema):
    id: int
    text: str
    due_at: datetime
    state: str
    broken_at: datetime | None
    settled_at: datetime | None


class Proposing(Schema):
    """With `due_at` the approved remedy is promised by then."""

    kind: Words
    amount: Amount = Decimal(0)
    currency: Words = ""
    times: int = Field(1, ge=1, le=remedying.MOST_TIMES)
    text: Words = ""
    due_at: datetime | None = None


class DecidingOnRemedy(Schema):
    """Nobody approves or declines the own; to decline needs a reason."""

    decision: Literal["approve", "decline", "give", "withdraw"]
    reason: Words = ""


class RemedyOut(Schema):
    id: int
    kind: str
    amount: Decimal
    currency: str
    times: int
    state: str
    reason: str


class AskingSite(Schema):
    """`ground` is one that the site knows; some want the reason in `words`. Without a conversation it is the newest."""

    ground: Words
    words: Words = ""
    conversation: int | None = Field(None, ge=1, le=LARGEST_ID)


class ClosureRequestOut(Schema):
    """`taken_at` is when the site took it: whether it closes is its own decision. `trouble` says why it did not."""

    id: int
    ground: str
    words: str
    at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    trouble: str


class JourneyOut(Schema):
    """The lines of the table, in the order of time."""

    rows: list[dict[str, Any]]


@router.get("/cases/{pk}/journey", auth=Bearer(Right.READ_CASES), response=answers(JourneyOut))
def journey(request: Asked, pk: Id) -> JourneyOut:
    viewer, case = request.auth, find(request.auth, pk)
    reading.log("journey_export", case.pk, by=viewer)
    rows = journey_words.rows(journeys.of(case, viewer), sayings.names(viewer))
    return JourneyOut(rows=[journeys.plain(row) for row in rows])


@router.post("/cases/{pk}/closure-requests", auth=Bearer(Right.CLOSE), response=answers(ClosureRequestOut, 201))
def ask_site(request: Asked, pk: Id, given: AskingSite) -> Status[ClosureRequestOut]:
    """Ask the complaint site on which the case was heard to close it."""
    case = find(request.auth, pk)
    place = closing_there.place(case, given.conversation)
    asked = closing_there.ask(case, place, ground=given.ground, words=given.words, by=request.auth)
    return Status(201, ClosureRequestOut.from_orm(asked))


@router.post("/cases/{pk}/promises", auth=Bearer(Right.ANSWER), response=answers(PromiseOut, 201))
def promise(request: Asked, pk: Id, given: Promising) -> Status[PromiseOut]:
    made = promising.promise(find(request.auth, pk), text=given.text, due_at=_aware(given.due_at), by=request.auth)
    return Status(201, PromiseOut.from_orm(made))


@router.put("/promises/{pk}/settlement", auth=Bearer(Right.ANSWER), response=answers(PromiseOut))
def settle(request: Asked, pk: Id, given: Settling) -> PromiseOut:
    made = access.one(Promise, request.auth, pk=pk)
    if not given.kept:
        return PromiseOut.from_orm(promising.release(made, words=given.how, by=request.auth))
    return PromiseOut.from_orm(promising.keep(made, how=given.how, by=request.auth))


@router.post("/cases/{pk}/remedies", auth=Bearer(Right.ANSWER), response=answers(RemedyOut, 201))
def propose(request: Asked, pk: Id, given: Proposing) -> Status[RemedyOut]:
    made = remedying.propose(
        find(request.auth, pk),
        kind=given.kind,
        amount=given.amount,
        currency=given.currency,
        times=given.times,
        text=given.text,
        due_at=_aware(given.due_at) if given.due_at else None,
        by=request.auth,
    )
    return Status(201, RemedyOut.from_orm(made))


@router.put("/remedies/{pk}/decision", auth=Bearer(Right.ANSWER), response=answers(RemedyOut))
def decide(request: Asked, pk: Id, given: DecidingOnRemedy) -> RemedyOut:
    made = access.one(Remedy, request.auth, pk=pk)
    match given.decision:
        case "approve":
            remedying.approve(made, by=request.auth)
        case "decline":
            remedying.decline(made, reason=given.reason, by=request.auth)
        case "give":
            remedying.give(made, by=request.auth)
        case "withdraw":
            remedying.withdraw(made, by=request.auth)
    return RemedyOut.from_orm(made)


def _aware(at: datetime) -> datetime:
    """A time without a zone is UTC; one that no calendar of ours can show is refused as one that is past."""
    return plausible(at) or datetime.min.replace(tzinfo=UTC)
