"""Merging, splitting and moving messages over the API, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema, Status

from answerable.cases import joining, splitting, suggesting, undoing
from answerable.cases.models import Case, Move, Suggestion
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right
from answerable.inbox import asked, hints
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Words, answers

router = Router(tags=["cases"])


class MoveOut(Schema):
    """Messages went `from_case` to `into_case`; with `undone_at` they went back."""

    id: int
    sort: str
    from_case: int
    into_case: int
    reason: str
    messages: int
    at: datetime
    undone_at: datetime | None


class Merging(Schema):
    """The case goes on in `into`. Cases of two people need `confirm`, and a reason that says that they are one."""

    into: Id
    reason: Words
    confirm: bool = False


class Splitting(Schema):
    """A new case with these messages of the case."""

    messages: Annotated[list[Id], Field(max_length=1000)]
    subject: Words
    reason: Words = ""


class Refiling(Schema):
    """One message of the case goes to the case `into`."""

    message: Id
    into: Id
    reason: Words = ""


class Parting(Schema):
    reason: Words = ""


class Undoing(Schema):
    move: Id
    reason: Words = ""


class SuggestionOut(Schema):
    """These two cases may be one problem. To join them, merge them; `score` is from 0 to 1."""

    id: int
    case: int
    other: int
    score: float
    state: str
    at: datetime
    reason: str


class DecliningSuggestion(Schema):
    suggestion: Id
    reason: Words = ""


@router.get("/cases/{pk}/moves", auth=Bearer(Right.READ_CASES), response=answers(list[MoveOut]))
def index(request: Asked, pk: Id) -> list[MoveOut]:
    """What went from here and came here, newest first."""
    return [_told(each) for each in hints.moves(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/merges", auth=Bearer(Right.ANSWER), response=answers(MoveOut, 201))
def merge(request: Asked, pk: Id, given: Merging) -> Status[MoveOut]:
    case, into = find(request.auth, pk), asked.one(Case, request.auth, "into", pk=given.into)
    made = joining.merge(case, into=into, reason=given.reason, confirm=given.confirm, by=request.auth)
    return Status(201, _told(made))


@router.post("/cases/{pk}/splits", auth=Bearer(Right.ANSWER), response=answers(MoveOut, 201))
def split(request: Asked, pk: Id, given: Splitting) -> Status[MoveOut]:
    """`into_case` of the answer is the new case."""
    case, facts = find(request.auth, pk), {"subject": given.subject, "reason": given.reason}
    return Status(201, _told(splitting.split(case, given.messages, by=request.auth, **facts)))


@router.post("/cases/{pk}/moves", auth=Bearer(Right.ANSWER), response=answers(MoveOut, 201))
def refile(request: Asked, pk: Id, given: Refiling) -> Status[MoveOut]:
    case = find(request.auth, pk)
    message = asked.one(Message, request.auth, "message", pk=given.message, filing__case=case)
    into = asked.one(Case, request.auth, "into", pk=given.into)
    made = splitting.refile(message, into=into, reason=given.reason, by=request.auth)
    return Status(201, _told(made))


@router.post("/messages/{pk}/parting", auth=Bearer(Right.ANSWER), response=answers(MoveOut, 201))
def part(request: Asked, pk: Id, given: Parting) -> Status[MoveOut]:
    """A rule joined this message, and it is another problem: it goes into a case of its own, with what followed."""
    message = access.one(Message, request.auth, pk=pk)
    return Status(201, _told(splitting.part(message, reason=given.reason, by=request.auth)))


@router.post("/cases/{pk}/undoings", auth=Bearer(Right.ANSWER), response=answers(MoveOut, 201))
def undo(request: Asked, pk: Id, given: Undoing) -> Status[MoveOut]:
    """Take a move from or to this case back."""
    find(request.auth, pk)
    move = asked.one(Move, request.auth, "move", pk=given.move)
    return Status(201, _told(undoing.undo(move, reason=given.reason, by=request.auth)))


@router.get("/cases/{pk}/suggestions", auth=Bearer(Right.READ_CASES), response=answers(list[SuggestionOut]))
def suggestions(request: Asked, pk: Id) -> list[SuggestionOut]:
    """Which cases may belong together with this one, the most likely first."""
    return [_suggested(each.suggestion) for each in hints.of(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/suggestions/refusal", auth=Bearer(Right.ANSWER), response=answers(SuggestionOut))
def decline(request: Asked, pk: Id, given: DecliningSuggestion) -> SuggestionOut:
    """They are two problems. The evidence is kept, and the two are not suggested again."""
    find(request.auth, pk)
    found = asked.one(Suggestion, request.auth, "suggestion", pk=given.suggestion)
    return _suggested(suggesting.decline(found, reason=given.reason, by=request.auth))


def _suggested(made: Suggestion) -> SuggestionOut:
    return SuggestionOut(
        id=made.pk,
        case=made.case_id,
        other=made.other_id,
        score=made.score,
        state=made.state,
        at=made.at,
        reason=made.reason,
    )


def _told(move: Move) -> MoveOut:
    return MoveOut(
        id=move.pk,
        sort=move.sort,
        from_case=move.from_case_id,
        into_case=move.into_case_id,
        reason=move.reason,
        messages=move.messages.count(),
        at=move.at,
        undone_at=move.undone_at,
    )
