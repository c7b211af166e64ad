"""Webhooks out: who is told what happens here, each delivery, and handing one on again."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Router, Schema, Status

from answerable.core import access, handing_on
from answerable.core.access import Right
from answerable.core.models import Delivery, Hook
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first

router = Router(tags=["webhooks"])


class HookIn(Schema):
    """No `kinds` are all of them: see `kind` of the journal."""

    label: Words = Field(min_length=1, max_length=80)
    address: Words = Field(min_length=1, max_length=500)
    kinds: list[Words] = Field([], max_length=200)


class HookOut(Schema):
    """`secret` is told once, when the webhook is made. `off_because` says why it was switched off by itself."""

    id: int
    label: str
    address: str
    kinds: list[str]
    is_on: bool
    off_because: str
    failing_since: datetime | None
    secret: str | None = None


class Switching(Schema):
    on: bool


class TryOut(Schema):
    at: datetime
    status: int | None
    words: str


class DeliveryOut(Schema):
    """`name` is the id under which the other side knows it."""

    id: int
    name: str
    kind: str
    state: str
    tries: int
    next_at: datetime
    attempts: list[TryOut]


@router.get("/webhooks", auth=Bearer(Right.MANAGE_SOURCES), response=answers(Page[HookOut]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[HookOut]:
    found, next_ = newest_first(access.rows(Hook, request.auth), cursor, limit)
    return Page[HookOut](items=[_told(hook) for hook in found], next=next_)


@router.get("/webhooks/{pk}", auth=Bearer(Right.MANAGE_SOURCES), response=answers(HookOut))
def read(request: Asked, pk: Id) -> HookOut:
    return _told(access.one(Hook, request.auth, pk=pk))


@router.post("/webhooks", auth=Bearer(Right.MANAGE_SOURCES), response=answers(HookOut, 201))
def make(request: Asked, given: HookIn) -> Status[HookOut]:
    hook, secret = handing_on.make(label=given.label, address=given.address, kinds=given.kinds, by=request.auth)
    return Status(201, _told(hook, secret))


@router.put("/webhooks/{pk}/state", auth=Bearer(Right.MANAGE_SOURCES), response=answers(HookOut))
def switch(request: Asked, pk: Id, given: Switching) -> HookOut:
    return _told(handing_on.switch(access.one(Hook, request.auth, pk=pk), on=given.on, by=request.auth))


@router.delete("/webhooks/{pk}", auth=Bearer(Right.MANAGE_SOURCES), response=answers(HookOut))
def end(request: Asked, pk: Id) -> HookOut:
    hook = access.one(Hook, request.auth, pk=pk)
    handing_on.end(hook, by=request.auth)
    hook.refresh_from_db()
    return _told(hook)


@router.get("/webhooks/{pk}/deliveries", auth=Bearer(Right.MANAGE_SOURCES), response=answers(Page[DeliveryOut]))
def deliveries(request: Asked, pk: Id, cursor: Cursor = "", limit: Limit = 50) -> Page[DeliveryOut]:
    rows = access.rows(Delivery, request.auth).filter(hook=access.one(Hook, request.auth, pk=pk))
    found, next_ = newest_first(rows.select_related("event").prefetch_related("attempts"), cursor, limit)
    return Page[DeliveryOut](items=[_delivery(each) for each in found], next=next_)


@router.post("/deliveries/{pk}/repeats", auth=Bearer(Right.MANAGE_SOURCES), response=answers(DeliveryOut, 202))
def again(request: Asked, pk: Id) -> Status[DeliveryOut]:
    """Hand it on again, under the same id."""
    return Status(202, _delivery(handing_on.again(access.one(Delivery, request.auth, pk=pk), by=request.auth)))


def _told(hook: Hook, secret: str | None = None) -> HookOut:
    shown = ("id", "label", "address", "kinds", "is_on", "off_because", "failing_since")
    return HookOut(secret=secret, **{name: getattr(hook, name) for name in shown})


def _delivery(each: Delivery) -> DeliveryOut:
    tries = [TryOut(at=one.at, status=one.status, words=one.words) for one in each.attempts.all()]
    return DeliveryOut(
        id=each.pk,
        name=str(each.name),
        kind=each.event.kind,
        state=each.state,
        tries=each.tries,
        next_at=each.next_at,
        attempts=tries,
    )
