"""Saved views: lists of cases by conditions, kept under a name, for oneself, a team or everybody."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from answerable.cases import conditions, viewing
from answerable.cases.facts import Use
from answerable.cases.models import SavedView
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Team
from answerable.inbox import lists
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers

router = Router(tags=["viewer"])


class ConditionIn(Schema):
    """One question about a case; of several values one must fit."""

    fact: Words
    op: Words
    values: Annotated[list[Words], Field(max_length=conditions.MOST_VALUES)]


class SavedViewIn(Schema):
    """Each of the conditions must hold."""

    name: Words
    conditions: Annotated[list[ConditionIn], Field(max_length=conditions.MOST_CONDITIONS)]


class SavedViewOut(SavedViewIn):
    """`key` is what /api/cases takes as `view`. `user` saved it and alone may change it."""

    id: int
    key: str
    user: int
    among: str
    team: int | None


class Sharing(Schema):
    """With everybody shares who may keep rules. Whoever opens it sees only cases of their own."""

    among: Literal["me", "team", "everybody"]
    team: Id | None = None


@router.get("/saved-views", auth=Bearer(Right.READ_CASES), response=answers(list[SavedViewOut]))
def index(request: Asked) -> list[SavedViewOut]:
    """One's own and those that are shared with one."""
    return [_told(each) for each in access.rows(SavedView, request.auth).order_by("name", "pk")]


@router.post("/saved-views", auth=Bearer(Right.READ_CASES), response=answers(SavedViewOut, 201))
def save(request: Asked, given: SavedViewIn) -> Status[SavedViewOut]:
    return Status(201, _told(viewing.save(name=given.name, asked=_asked(given), by=request.auth)))


@router.put("/saved-views/{pk}", auth=Bearer(Right.READ_CASES), response=answers(SavedViewOut))
def change(request: Asked, pk: Id, given: SavedViewIn) -> SavedViewOut:
    """Another name, other conditions."""
    view = _find(request.auth, pk)
    return _told(viewing.change(view, name=given.name, asked=_asked(given), by=request.auth))


@router.put("/saved-views/{pk}/sharing", auth=Bearer(Right.READ_CASES), response=answers(SavedViewOut))
def share(request: Asked, pk: Id, given: Sharing) -> SavedViewOut:
    view, viewer = _find(request.auth, pk), request.auth
    team = access.one(Team, viewer, pk=given.team) if given.team and given.among == "team" else None
    return _told(viewing.share(view, among=given.among, team=team, by=viewer))


@router.delete("/saved-views/{pk}", auth=Bearer(Right.READ_CASES), response=answers(None, 204))
def end(request: Asked, pk: Id) -> Status[None]:
    """Take it away, also from those with whom it was shared. No case is changed."""
    viewing.end(_find(request.auth, pk), by=request.auth)
    return Status(204, None)


def _find(viewer: Viewer, pk: int) -> SavedView:
    return access.one(SavedView, viewer, pk=pk)


def _asked(given: SavedViewIn) -> conditions.Conditions:
    return conditions.parse([each.dict() for each in given.conditions], use=Use.VIEWS)


def _told(view: SavedView) -> SavedViewOut:
    return SavedViewOut(
        id=view.pk,
        key=f"{lists.SAVED}{view.pk}",
        name=view.name,
        conditions=[ConditionIn(**each) for each in view.conditions],
        user=view.user_id,
        among="everybody" if view.everybody else "team" if view.team_id else "me",
        team=view.team_id,
    )
