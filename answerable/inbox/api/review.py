"""What waits to be read, what was drawn by lot to be read blind, and how much is found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from ninja import Router, Schema

from answerable.clocks import queries as clock_queries
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import NotThere
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Searched, Words, answers
from answerable.inbox.api.paging import Limit
from answerable.intake import aside_lots
from answerable.intake.models import AsideLot
from answerable.safety import reading_lots
from answerable.triage import assessing, queue_queries, reading_off
from answerable.triage.models import Lot, ToRead

router = Router(tags=["review"])
TIERS = ("urgent", "review", "batch")


class ToReadOut(Schema):
    """A message that waits. `asked` are the detectors that want a verdict; `due` is the first strict date of the law."""

    id: int
    message: int
    tier: str
    score: float
    language: str
    asked: list[str]
    since: datetime
    due: datetime | None
    end: str


class LotOut(Schema):
    """A text that was drawn by lot, without what was found in it. `aside` is one that was set aside and is no message."""

    id: int
    aside: bool
    words: str
    at: datetime


class BlindAnswer(Schema):
    """`found`: the detectors whose matter is in the text; none, where nothing of it is."""

    found: list[Words]


class MeasuredOut(Schema):
    """How much is found on this stream. `figures.at_once` and `figures.in_all` are null while that is not measured."""

    language: str
    at: datetime
    since: datetime
    until: datetime
    figures: dict[str, Any]


@router.get("/to-read", auth=Bearer(Right.REVIEW), response=answers(list[ToReadOut]))
def waiting(request: Asked, tier: Searched = "", limit: Limit = 50) -> list[ToReadOut]:
    """What waits, in the order in which it is to be read; answer with verdicts on its message."""
    due = Subquery(clock_queries.strict_due(OuterRef("message__filing__case")))
    rows = queue_queries.waiting(request.auth, (tier,) if tier else TIERS)
    return [_to_read(each) for each in queue_queries.in_order(rows, due=due)[:limit]]


@router.post("/to-read/{pk}/nothing", auth=Bearer(Right.ANSWER), response=answers(ToReadOut))
def nothing(request: Asked, pk: Id) -> ToReadOut:
    """Nothing of what is asked is there: no to each detector that called, read where there was a hint."""
    item = access.one(ToRead, request.auth, pk=pk)
    reading_off.nothing(item, by=request.auth)
    item.refresh_from_db()
    return _to_read(item)


@router.post("/to-read/{pk}/taking-back", auth=Bearer(Right.ANSWER), response=answers(ToReadOut))
def take_back(request: Asked, pk: Id) -> ToReadOut:
    """The own last reading does not stand; it waits again."""
    item = access.one(ToRead, request.auth, pk=pk)
    reading_off.take_back(item, by=request.auth)
    item.refresh_from_db()
    return _to_read(item)


@router.get("/lots", auth=Bearer(Right.REVIEW), response=answers(list[LotOut]))
def lots(request: Asked, limit: Limit = 20) -> list[LotOut]:
    """What was drawn and waits for this person, messages and what was set aside. The look at a message is logged."""
    found = list(queue_queries.lots(request.auth).select_related("message")[:limit])
    for lot in found:
        reading.log("message", lot.message_id, by=request.auth)
    told = [LotOut(id=each.pk, aside=False, words=assessing.words_of(each.message), at=each.at) for each in found]
    aside = aside_lots.waiting(request.auth)[:limit]
    return [*told, *(LotOut(id=each.pk, aside=True, words=each.weighed.text, at=each.at) for each in aside)]


@router.post("/lots/{pk}/answer", auth=Bearer(Right.ANSWER), response=answers(LotOut))
def answer(request: Asked, pk: Id, given: BlindAnswer) -> LotOut:
    """Say what is in a message that was drawn."""
    lot = access.one(Lot, request.auth, pk=pk)
    reading_lots.answer(lot, given.found, by=request.auth)
    return LotOut(id=lot.pk, aside=False, words=assessing.words_of(lot.message), at=lot.at)


@router.post("/aside-lots/{pk}/answer", auth=Bearer(Right.ANSWER), response=answers(LotOut))
def answer_aside(request: Asked, pk: Id, given: BlindAnswer) -> LotOut:
    """Say what is in something that was set aside and drawn; what must be on file becomes a message on a case."""
    lot = access.one(AsideLot, request.auth, pk=pk)
    aside_lots.answer(lot, given.found, by=request.auth)
    return LotOut(id=lot.pk, aside=True, words=lot.weighed.text, at=lot.at)


@router.get("/detectors/figures", auth=Bearer(Right.REVIEW), response=answers(MeasuredOut))
def figures(request: Asked, language: Searched = "") -> MeasuredOut:
    """The newest figures of a language (en, pt, pl), or of all together."""
    found = queue_queries.measured(request.auth, language)
    if found is None:
        raise NotThere("Nothing was measured yet.")
    told = {name: getattr(found, name) for name in ("language", "at", "since", "until", "figures")}
    return MeasuredOut(**told)


def _to_read(item: ToRead) -> ToReadOut:
    told = {name: getattr(item, name) for name in ("tier", "score", "language", "asked", "since", "end")}
    return ToReadOut(id=item.pk, message=item.message_id, due=getattr(item, "due", None), **told)
