"""The clocks of a case: what runs and until when; a legal one is started, or stopped with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field

from answerable.clocks import knowing, queries, starting
from answerable.clocks.models import Clock, Known
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Moment, Words, answers

router = Router(tags=["clocks"])


class ClockOut(Schema):
    """`rule` with its `version` is a rule of the law, or the name of what we promise. It stands still while `paused_at`."""

    id: int
    sort: str
    rule: str
    version: int
    started_at: datetime
    strict_due_at: datetime
    legal_due_at: datetime
    paused_at: datetime | None
    stopped_at: datetime | None
    stopped_because: str


class Starting(Schema):
    """`at` is the moment of awareness, and `why` says why the rule applies. An earlier moment moves a clock earlier."""

    rule: Words
    awareness: Words
    at: Moment
    why: Words
    holidays: Words = ""


class Stopping(Schema):
    why: Words


class Learning(Schema):
    """`fact` is first_seen_at, criteria_met_at or significant_info_at; `evidence` are messages of the case that show it."""

    message: Id
    fact: Words
    at: Moment
    why: Words
    evidence: Annotated[list[Id], Field(max_length=100)] = []


class KnownOut(Schema):
    id: int
    message_id: int
    fact: str
    at: datetime
    why: str
    evidence: list[int]
    decided_at: datetime


@router.get("/cases/{pk}/clocks", auth=Bearer(Right.READ_CASES), response=answers(list[ClockOut]))
def index(request: Asked, pk: Id) -> list[ClockOut]:
    return [_told(each) for each in queries.of_case(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/clocks", auth=Bearer(Right.ANSWER), response=answers(ClockOut, 201))
def start(request: Asked, pk: Id, given: Starting) -> Status[ClockOut]:
    return Status(201, _told(starting.start(find(request.auth, pk), **given.dict(), by=request.auth)))


@router.get("/cases/{pk}/known", auth=Bearer(Right.READ_CASES), response=answers(list[KnownOut]))
def known(request: Asked, pk: Id) -> list[KnownOut]:
    """Every line that was said, the earliest of each counting."""
    said = access.rows(Known, request.auth).filter(message__filing__case=find(request.auth, pk))
    return [KnownOut.from_orm(each) for each in said.order_by("pk")]


@router.post("/cases/{pk}/known", auth=Bearer(Right.ANSWER), response=answers(KnownOut, 201))
def learn(request: Asked, pk: Id, given: Learning) -> Status[KnownOut]:
    case, facts = find(request.auth, pk), given.dict()
    message = access.one(Message, request.auth, pk=facts.pop("message"), filing__case=case)
    return Status(201, KnownOut.from_orm(knowing.learn(message, **facts, by=request.auth)))


@router.post("/clocks/{pk}/end", auth=Bearer(Right.ANSWER), response=answers(ClockOut))
def stop(request: Asked, pk: Id, given: Stopping) -> ClockOut:
    clock = access.one(Clock, request.auth, pk=pk)
    return _told(starting.stop(clock, why=given.why, by=request.auth))


def _told(clock: Clock) -> ClockOut:
    return ClockOut.from_orm(clock)
