"""Sources and their health. A secret goes in and never comes out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from answerable.channels import connecting, health, metering, trying_out
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
from answerable.intake import late

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
    authorised_until: datetime | None
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


class TrialOut(Schema):
    """`works` is null where there was nothing to ask."""

    works: bool | None
    sentence: str


class GapOut(Schema):
    """A while in which nothing could be heard: `why` is peer, house, pause or authorisation. `longest_delay` in seconds."""

    why: str
    last_answer_at: datetime | None
    began_at: datetime
    ended_at: datetime | None
    came_late: int
    longest_delay: int | None
    last_came_at: datetime | None


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


@router.post("/sources/{pk}/trial", auth=Bearer(Right.MANAGE_SOURCES), response=answers(TrialOut))
def trial(request: Asked, pk: Id) -> TrialOut:
    """Ask the other side one harmless question. Nothing is stored or sent."""
    found = trying_out.try_out(access.one(Source, request.auth, pk=pk), by=request.auth)
    return TrialOut(works=found.works, sentence=found.sentence)


@router.get("/sources/{pk}/gaps", auth=Bearer(Right.SEE_HEALTH), response=answers(list[GapOut]))
def gaps(request: Asked, pk: Id) -> list[GapOut]:
    """When nothing could be heard from a source in the last 90 days, newest first, and what came late after it."""
    source = access.one(Source, request.auth, pk=pk)
    return [_gap(filling) for filling in late.gaps(request.auth, days=90, source_id=source.pk)]


def _gap(filling: late.Filling) -> GapOut:
    longest = round(filling.longest.total_seconds()) if filling.longest is not None else None
    gap = filling.gap
    return GapOut(
        why=gap.why,
        last_answer_at=gap.last_answer_at,
        began_at=gap.began_at,
        ended_at=gap.ended_at,
        came_late=filling.count,
        longest_delay=longest,
        last_came_at=filling.last_at,
    )


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
        authorised_until=source.authorised_until,
        trouble=source.trouble,
        silent=health.silent(source, at=now()),
        silence_hours=source.silence_hours,
        currency=source.spec.currency,
        monthly_cap=source.monthly_cap,
        spent_this_month=money.spent if money else None,
        settings=source.settings if viewer.may(Right.MANAGE_SOURCES) else None,
    )
