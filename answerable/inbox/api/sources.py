"""Sources and their health. A secret goes in and never comes out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from answerable.channels import connecting, health, metering
from answerable.channels.models import Source
from answerable.channels.registry import connectors
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Team
from answerable.core.moments import now
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first

router = Router(tags=["sources"])
Values = dict[Words, Words | bool | int | None]


class SourceOut(Schema):
    """`settings` only for those who may change them, and without secrets."""

    id: int
    kind: str
    label: str
    address: str
    team: int
    state: str
    can: list[str]
    heard_at: datetime | None
    asked_at: datetime | None
    failing_since: datetime | None
    trouble: str
    silent: bool
    silence_hours: int
    currency: str
    monthly_cap: Decimal | None
    spent_this_month: Decimal | None
    settings: dict[str, Any] | None


class Changed(Schema):
    """An empty secret keeps the one that is stored. `monthly_cap` is in the currency of the channel; none is no cap."""

    label: Words = Field(min_length=1, max_length=120)
    team: Id
    values: Values = {}
    silence_hours: int = Field(0, ge=0, le=8760)
    monthly_cap: Decimal | None = Field(None, gt=0, lt=1_000_000, max_digits=12, decimal_places=2)


class Connected(Changed):
    kind: Words


class Switched(Schema):
    state: Literal["on", "paused"]


@router.get("/sources", auth=Bearer(Right.SEE_HEALTH), response=answers(Page[SourceOut]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[SourceOut]:
    found, next_ = newest_first(access.rows(Source, request.auth), cursor, limit)
    return Page[SourceOut](items=[_told(source, request.auth) for source in found], next=next_)


@router.get("/sources/{pk}", auth=Bearer(Right.SEE_HEALTH), response=answers(SourceOut))
def read(request: Asked, pk: Id) -> SourceOut:
    return _told(access.one(Source, request.auth, pk=pk), request.auth)


@router.post("/sources", auth=Bearer(Right.MANAGE_SOURCES), response=answers(SourceOut, 201))
def connect(request: Asked, given: Connected) -> Status[SourceOut]:
    if given.kind not in connectors():
        raise Invalid(f"There is no channel of this kind. Choose one of {', '.join(sorted(connectors()))}.", "kind")
    source = connecting.connect(
        given.kind,
        label=given.label,
        team=_team(given, request.auth),
        values=given.values,
        silence_hours=given.silence_hours,
        by=request.auth,
    )
    metering.cap(source, most=given.monthly_cap, by=request.auth)
    return Status(201, _told(source, request.auth))


@router.put("/sources/{pk}", auth=Bearer(Right.MANAGE_SOURCES), response=answers(SourceOut))
def change(request: Asked, pk: Id, given: Changed) -> SourceOut:
    source = access.one(Source, request.auth, pk=pk)
    connecting.change(
        source,
        label=given.label,
        team=_team(given, request.auth),
        values=given.values,
        silence_hours=given.silence_hours,
        by=request.auth,
    )
    metering.cap(source, most=given.monthly_cap, by=request.auth)
    return _told(source, request.auth)


@router.put("/sources/{pk}/state", auth=Bearer(Right.MANAGE_SOURCES), response=answers(SourceOut))
def switch(request: Asked, pk: Id, given: Switched) -> SourceOut:
    source = access.one(Source, request.auth, pk=pk)
    (connecting.resume if given.state == "on" else connecting.pause)(source, by=request.auth)
    return _told(source, request.auth)


def _team(given: Changed, viewer: Viewer) -> Team:
    return access.one(Team, viewer, pk=given.team)


def _told(source: Source, viewer: Viewer) -> SourceOut:
    money = metering.balance(source)
    return SourceOut(
        id=source.pk,
        kind=source.kind,
        label=source.label,
        address=source.address,
        team=source.team_id,
        state=source.state,
        can=sorted(source.spec.can),
        heard_at=source.heard_at,
        asked_at=source.asked_at,
        failing_since=source.failing_since,
        trouble=source.trouble,
        silent=health.silent(source, at=now()),
        silence_hours=source.silence_hours,
        currency=source.spec.currency,
        monthly_cap=source.monthly_cap,
        spent_this_month=money.spent if money else None,
        settings=source.settings if viewer.may(Right.MANAGE_SOURCES) else None,
    )
