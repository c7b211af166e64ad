"""The safety systems to which reports go. A secret goes in and never comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.inbox.api.sources import Switched, Values
from answerable.safety import arranging
from answerable.safety.models import SafetySystem

router = Router(tags=["referral"])
MANAGING = Bearer(Right.MANAGE_SOURCES)


class SystemOut(Schema):
    """`rule` is what goes there by itself; `failing_since` is null while it takes reports.

    `settings` only for those who may change them, and without secrets.
    """

    id: int
    label: str
    way: str
    state: str
    rule: str
    hours: int
    failing_since: datetime | None
    settings: dict[str, Any] | None


class SystemChanged(Schema):
    """An empty secret keeps the one that is stored."""

    label: Words
    values: Values = {}


class SystemConnected(SystemChanged):
    """`way` is api, mailbox or folder."""

    way: Words


class Instruction(Schema):
    """`rule` is by_hand, valid or every; `hours` is how long an acknowledgement may take."""

    rule: Words
    hours: int = Field(ge=0, lt=10**6)


@router.get("/safety-systems", auth=Bearer(Right.SIGN_REPORTS), response=answers(Page[SystemOut]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[SystemOut]:
    found, next_ = newest_first(access.rows(SafetySystem, request.auth), cursor, limit)
    return Page[SystemOut](items=[_told(each, request.auth) for each in found], next=next_)


@router.post("/safety-systems", auth=MANAGING, response=answers(SystemOut, 201))
def connect(request: Asked, given: SystemConnected) -> Status[SystemOut]:
    """Connect one. Nothing goes to it by itself until a safety officer says so."""
    viewer = request.auth
    return Status(201, _told(arranging.arrange(given.way, label=given.label, values=given.values, by=viewer), viewer))


@router.get("/safety-systems/{pk}", auth=MANAGING, response=answers(SystemOut))
def read(request: Asked, pk: Id) -> SystemOut:
    return _told(_one(request, pk), request.auth)


@router.put("/safety-systems/{pk}", auth=MANAGING, response=answers(SystemOut))
def change(request: Asked, pk: Id, given: SystemChanged) -> SystemOut:
    changed = arranging.change(_one(request, pk), label=given.label, values=given.values, by=request.auth)
    return _told(changed, request.auth)


@router.put("/safety-systems/{pk}/state", auth=MANAGING, response=answers(SystemOut))
def switch(request: Asked, pk: Id, given: Switched) -> SystemOut:
    """Send nothing there for a while, or begin again. Time limits run on."""
    return _told(arranging.switch(_one(request, pk), on=given.state == "on", by=request.auth), request.auth)


@router.put("/safety-systems/{pk}/rule", auth=Bearer(Right.SEE_REPORTS), response=answers(SystemOut))
def instruct(request: Asked, pk: Id, given: Instruction) -> SystemOut:
    """Say what goes there by itself, and within how many hours it must be acknowledged."""
    told = arranging.instruct(_one(request, pk), rule=given.rule, hours=given.hours, by=request.auth)
    return _told(told, request.auth)


@router.delete("/safety-systems/{pk}", auth=MANAGING, response=answers(None, 204))
def end(request: Asked, pk: Id) -> Status[None]:
    """Send nothing there any more. What was sent stays on record."""
    arranging.end(_one(request, pk), by=request.auth)
    return Status(204, None)


def _one(request: Asked, pk: int) -> SafetySystem:
    return access.one(SafetySystem, request.auth, pk=pk)


def _told(each: SafetySystem, viewer: Viewer) -> SystemOut:
    names = ("label", "way", "state", "rule", "hours", "failing_since")
    settings = each.settings if viewer.may(Right.MANAGE_SOURCES) else None
    return SystemOut(id=each.pk, settings=settings, **{name: getattr(each, name) for name in names})
