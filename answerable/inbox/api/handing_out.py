"""Who is here and what they can do, and how teams deal with custody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema

from answerable.cases import absenting, dealing
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Membership, Team
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Moment, Words, answers

router = Router(tags=["people"])
MOST_CASES = 10_000
LONGEST_WAIT = 2**31 - 1


class AbsenceOut(Schema):
    """One that goes on, or the one to come; without an end until somebody says that they are back."""

    starts_at: datetime
    ends_at: datetime | None
    reason: str


class MemberOut(Schema):
    """`capacity` is how many cases that wait for us one holds at most; null without a limit."""

    id: int
    user: int
    name: str
    teams: list[int]
    skills: list[str]
    capacity: int | None
    absence: AbsenceOut | None


class Away(Schema):
    """From `since`, which is now when it is left out, to `until`."""

    since: Moment | None = None
    until: Moment | None = None
    reason: Words = ""


class AwayOut(MemberOut):
    """`returned` counts the cases that went back to their queues."""

    returned: int


class Skills(Schema):
    """A language code ("pt-br") is a language, any other word a product."""

    skills: Annotated[list[Words], Field(max_length=40)]
    capacity: Annotated[int, Field(ge=0, le=MOST_CASES)] | None = None


class TeamCustody(Schema):
    """`idle_hours` null: what lies untouched is not taken back."""

    hands_out: bool
    offer_hours: Annotated[int, Field(ge=1, le=LONGEST_WAIT)]
    push_hours: Annotated[int, Field(ge=1, le=LONGEST_WAIT)]
    idle_hours: Annotated[int, Field(ge=1, le=LONGEST_WAIT)] | None = None


class TeamOut(TeamCustody):
    id: int
    name: str
    lead: int


@router.get("/members", auth=Bearer(Right.READ_CASES), response=answers(list[MemberOut]))
def members(request: Asked) -> list[MemberOut]:
    """Oneself; for a lead or an admin everybody."""
    viewer = request.auth
    found = access.rows(Membership, viewer).filter(ended_at=None, user__is_active=True)
    if not (viewer.may(Right.ASSIGN_OTHERS) or viewer.may(Right.MANAGE_PEOPLE)):
        found = found.filter(user_id=viewer.user_id)
    shown = found.select_related("user").prefetch_related("teams").order_by("user__name", "pk")
    return [MemberOut(**_facts(each, viewer)) for each in shown]


@router.put("/members/{pk}/absence", auth=Bearer(Right.READ_CASES), response=answers(AwayOut))
def away(request: Asked, pk: Id, given: Away) -> AwayOut:
    """Somebody is away. What waits for us goes back to its queue; for others a lead or an admin says so."""
    member = _member(pk, request.auth)
    count = absenting.away(member, since=given.since, until=given.until, reason=given.reason, by=request.auth)
    return AwayOut(**_facts(member, request.auth), returned=count)


@router.delete("/members/{pk}/absence", auth=Bearer(Right.READ_CASES), response=answers(MemberOut))
def back(request: Asked, pk: Id) -> MemberOut:
    """Here again, or the absence to come is called off."""
    member = _member(pk, request.auth)
    absenting.back(member, by=request.auth)
    return MemberOut(**_facts(member, request.auth))


@router.put("/members/{pk}/skills", auth=Bearer(Right.READ_CASES), response=answers(MemberOut))
def skills(request: Asked, pk: Id, given: Skills) -> MemberOut:
    """A lead or an admin says so."""
    member = _member(pk, request.auth)
    if any("," in each for each in given.skills):
        raise Invalid("A skill is a word without a comma. Nothing was changed.", "skills")
    dealing.set_skills(member, skills=",".join(given.skills), capacity=given.capacity, by=request.auth)
    return MemberOut(**_facts(member, request.auth))


@router.get("/teams", auth=Bearer(Right.READ_CASES), response=answers(list[TeamOut]))
def teams(request: Asked) -> list[TeamOut]:
    """Every team and how it deals with custody. To these cases may be offered."""
    return [_told(each) for each in access.rows(Team, request.auth).order_by("name", "pk")]


@router.put("/teams/{pk}/custody", auth=Bearer(Right.READ_CASES), response=answers(TeamOut))
def set_team(request: Asked, pk: Id, given: TeamCustody) -> TeamOut:
    """Its lead or an admin says so."""
    team = access.one(Team, request.auth, pk=pk)
    dealing.set_team(team, **given.dict(), by=request.auth)
    return _told(team)


def _member(pk: int, viewer: Viewer) -> Membership:
    return access.one(Membership, viewer, pk=pk, ended_at=None)


def _facts(member: Membership, viewer: Viewer) -> dict[str, Any]:
    absence = absenting.absence_of(member, by=viewer)
    return {
        "id": member.pk,
        "user": member.user_id,
        "name": member.user.name,
        "teams": sorted(team.pk for team in member.teams.all()),
        "skills": member.skills,
        "capacity": member.capacity,
        "absence": absence and AbsenceOut.from_orm(absence),
    }


def _told(team: Team) -> TeamOut:
    return TeamOut(
        id=team.pk,
        name=team.name,
        lead=team.lead_id,
        hands_out=team.hands_out,
        offer_hours=team.offer_hours,
        push_hours=team.push_hours,
        idle_hours=team.idle_hours,
    )
