"""The radar: what is said now beside what is usual, and incidents with their posts and their holder."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox.api.cases import Id, Named
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.metrics import ending, gathering, holding, queries
from answerable.metrics.models import Alarm, Gathered, Incident, Series

router = Router(tags=["radar"])


class SeriesOut(Schema):
    """`people` wrote within the last hour of full five minutes, `usual` are for this hour and weekday; null: not known yet."""

    id: int
    sort: str
    label: str
    team: Named
    people: int
    usual: float | None
    known_weeks: float
    incident: int | None
    quiet_since: datetime | None


class RadarOut(Schema):
    items: list[SeriesOut]


class AlarmOut(Schema):
    """`seen` people (of tone: posts) within `minutes` where `expected` are usual; `odds` of it as a power of ten."""

    series: str
    sort: str
    at: datetime
    since: datetime
    minutes: int
    seen: int
    expected: float
    odds: float


class IncidentOut(Schema):
    """Closed, `outcome` says what it was. `over_at` is when what comes in was usual again."""

    id: int
    label: str
    sort: str
    team: Named
    holder: Named
    since: datetime
    opened_at: datetime
    over_at: datetime | None
    closed_at: datetime | None
    outcome: str
    words: str
    posts: int
    alarms: list[AlarmOut]


class GatheredOut(Schema):
    """A post of an incident. `out_at` is set where a person took it out."""

    message: int
    case: int
    at: datetime
    out_at: datetime | None


class Giving(Schema):
    """Without `to_user` it is oneself."""

    to_user: Id | None = None


class IncidentClosing(Schema):
    """`outcome` is handled, expected, elsewhere or false_alarm."""

    outcome: Words
    words: Words = ""


class Gathering(Schema):
    message: Id


@router.get("/radar", auth=Bearer(Right.READ_CASES), response=answers(RadarOut))
def radar(request: Asked) -> RadarOut:
    return RadarOut(items=[_line(each) for each in queries.lines(request.auth, now())])


@router.get("/series/{pk}", auth=Bearer(Right.READ_CASES), response=answers(SeriesOut))
def series(request: Asked, pk: Id) -> SeriesOut:
    found, end = access.one(Series, request.auth, pk=pk), now()
    return _line(queries.line(found, request.auth, end))


@router.get("/incidents", auth=Bearer(Right.READ_CASES), response=answers(Page[IncidentOut]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[IncidentOut]:
    """Newest first, also the closed ones."""
    found, next_ = newest_first(queries.all_incidents(request.auth), cursor, limit)
    return Page[IncidentOut](items=[_told(each, request) for each in found], next=next_)


@router.get("/incidents/{pk}", auth=Bearer(Right.READ_CASES), response=answers(IncidentOut))
def read(request: Asked, pk: Id) -> IncidentOut:
    return _told(queries.incident(request.auth, pk), request)


@router.get("/incidents/{pk}/posts", auth=Bearer(Right.READ_CASES), response=answers(Page[GatheredOut]))
def posts(request: Asked, pk: Id, cursor: Cursor = "", limit: Limit = 50) -> Page[GatheredOut]:
    """Those of cases that the viewer may see."""
    found = queries.gathered(queries.incident(request.auth, pk), request.auth)
    rows, next_ = newest_first(found, cursor, limit)
    return Page[GatheredOut](items=[_gathered(each) for each in rows], next=next_)


@router.put("/incidents/{pk}/holder", auth=Bearer(Right.ANSWER), response=answers(IncidentOut))
def hold(request: Asked, pk: Id, given: Giving) -> IncidentOut:
    found = queries.incident(request.auth, pk)
    if given.to_user is None:
        holding.take(found, by=request.auth)
    else:
        holding.give(found, to=access.one(User, request.auth, pk=given.to_user), by=request.auth)
    return _told(queries.incident(request.auth, pk), request)


@router.put("/incidents/{pk}/closure", auth=Bearer(Right.ANSWER), response=answers(IncidentOut))
def close(request: Asked, pk: Id, given: IncidentClosing) -> IncidentOut:
    """The cases of its authors stay as they are."""
    ending.close(queries.incident(request.auth, pk), outcome=given.outcome, words=given.words, by=request.auth)
    return _told(queries.incident(request.auth, pk), request)


@router.post("/incidents/{pk}/posts", auth=Bearer(Right.ANSWER), response=answers(IncidentOut))
def put_in(request: Asked, pk: Id, given: Gathering) -> IncidentOut:
    found = queries.incident(request.auth, pk)
    gathering.put_in(found, access.one(Message, request.auth, pk=given.message), by=request.auth)
    return _told(queries.incident(request.auth, pk), request)


@router.delete("/incidents/{pk}/posts", auth=Bearer(Right.ANSWER), response=answers(IncidentOut))
def take_out(request: Asked, pk: Id, given: Gathering) -> IncidentOut:
    """It stays out, whatever the radar finds later."""
    found = queries.incident(request.auth, pk)
    gathering.take_out(found, access.one(Message, request.auth, pk=given.message), by=request.auth)
    return _told(queries.incident(request.auth, pk), request)


def _line(line: queries.Line) -> SeriesOut:
    series = line.series
    return SeriesOut(
        id=series.pk,
        sort=series.sort,
        label=str(series),
        team=Named(id=series.team_id, name=series.team.name),
        people=line.seen,
        usual=line.usual,
        known_weeks=round(series.weeks, 1),
        incident=line.incident.pk if line.incident else None,
        quiet_since=series.quiet_since,
    )


def _told(found: Incident, request: Asked) -> IncidentOut:
    shown = ("id", "since", "opened_at", "over_at", "closed_at", "outcome", "words", "posts")
    return IncidentOut(
        label=str(found),
        sort=found.series.sort,
        team=Named(id=found.team_id, name=found.team.name),
        holder=Named(id=found.holder_id, name=found.holder.name),
        alarms=[_alarm(each) for each in queries.alarms(found, request.auth)],
        **{name: getattr(found, name) for name in shown},
    )


def _alarm(each: Alarm) -> AlarmOut:
    shown = ("sort", "at", "since", "minutes", "seen", "expected", "odds")
    return AlarmOut(series=str(each.series), **{name: getattr(each, name) for name in shown})


def _gathered(each: Gathered) -> GatheredOut:
    case = each.message.filing.case_id
    return GatheredOut(message=each.message_id, case=case, at=each.at, out_at=each.out_at)
