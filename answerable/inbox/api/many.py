"""Many cases at once: looked at before, done once for a key, taken back as one within a day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema, Status

from answerable.cases import handling_many
from answerable.cases.handling_many import Act
from answerable.cases.models import Bulk
from answerable.core import access
from answerable.core.access import Right
from answerable.core.web.saying import said
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Key, Words, answers

router = Router(tags=["many cases"])


class Chosen(Schema):
    """A case, and its `holder_mark` as it was when it was chosen."""

    id: Id
    holder_mark: Words


class ManyIn(Schema):
    """`value` is a team's id, a tag or a product."""

    action: Words = Field(description=f"One of {', '.join(Act)}.")
    value: Words = ""
    cases: Annotated[list[Chosen], Field(min_length=1, max_length=handling_many.MOST)]


class OutlookOut(Schema):
    """`refusal` says why it would not be done to this case; null where it would."""

    case: int
    refusal: str | None


class ManyOut(Schema):
    """It is at work until `finished_at`. `refused` and `left` say of single cases why nothing was done or taken back."""

    id: int
    action: str
    cases: int
    handled: int
    undone: int
    finished_at: datetime | None
    undone_at: datetime | None
    refused: dict[int, str]
    left: dict[int, str]


@router.post("/many/previews", auth=Bearer(Right.ANSWER), response=answers(list[OutlookOut]))
def preview(request: Asked, given: ManyIn) -> list[OutlookOut]:
    """What would happen to each case. Nothing is changed; a case that is not yours to see is left out."""
    plan = handling_many.read(given.action, given.value, by=request.auth)
    looked = handling_many.preview([each.id for each in given.cases], plan, by=request.auth)
    return [OutlookOut(case=each.case.pk, refusal=said(each.refusal) if each.refusal else None) for each in looked]


@router.post("/many", auth=Bearer(Right.ANSWER), response=answers(ManyOut, 201))
def begin(request: Asked, given: ManyIn, key: Key) -> Status[ManyOut]:
    """Do it. The same key again is the same action; many cases go on as a job."""
    plan = handling_many.read(given.action, given.value, by=request.auth)
    seen = {each.id: each.holder_mark for each in given.cases}
    return Status(201, _told(handling_many.begin(seen, plan, key=key, by=request.auth)))


@router.get("/many/{pk}", auth=Bearer(Right.ANSWER), response=answers(ManyOut))
def read(request: Asked, pk: Id) -> ManyOut:
    return _told(access.one(Bulk, request.auth, pk=pk))


@router.delete("/many/{pk}", auth=Bearer(Right.ANSWER), response=answers(ManyOut))
def undo(request: Asked, pk: Id) -> ManyOut:
    """Take it back, where a case is still as this action left it."""
    return _told(handling_many.undo(access.one(Bulk, request.auth, pk=pk), by=request.auth))


def _told(bulk: Bulk) -> ManyOut:
    items = list(bulk.items.order_by("case_id"))
    return ManyOut(
        id=bulk.pk,
        action=bulk.action,
        cases=len(items),
        handled=sum(item.handled_at is not None for item in items),
        undone=sum(item.undone for item in items),
        finished_at=bulk.finished_at,
        undone_at=bulk.undone_at,
        refused={item.case_id: item.refused for item in items if item.refused},
        left={item.case_id: item.left for item in items if item.left},
    )
