"""People of the workspace and its teams."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import leaving
from answerable.core import access, admitting
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.models import Membership, Role, Team, User
from answerable.inbox.frame import go, show, staff, tried


@staff
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_PEOPLE)
    made: list[tuple[Membership, str]] = []
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: made.append(_enrol(request.POST, viewer)), Invalid, Conflict)
        if not wrong:
            request.session["first_password"] = {"email": made[0][0].user.email, "password": made[0][1]}
            return go(request, reverse("inbox:people"), said=_("The person belongs to the workspace now."))
    return _people(request, viewer, wrong)


@staff
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.MANAGE_PEOPLE)
    member = access.one(Membership, viewer, pk=pk, ended_at=None)
    wrong = (
        tried(lambda: admitting.change(member, **_rights(request.POST, viewer), by=viewer), Invalid, Conflict)
        if request.POST
        else None
    )
    if request.POST and not wrong:
        return go(request, reverse("inbox:people"), said=_("The rights are kept; they hold from the next page on."))
    context = {"member": member, "wrong": wrong, "given": _of(member), **_choices(viewer)}
    return show(request, "settings/person.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def leave(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    count = leaving.leave(access.one(Membership, viewer, pk=pk, ended_at=None), by=viewer)
    words = ngettext("%(num)d case went back to its queue.", "%(num)d cases went back to their queues.", count)
    return go(request, reverse("inbox:people"), said=words % {"num": count})


@staff
@require_POST
def account(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Shut the account of a person, or open it again."""
    member = access.one(Membership, viewer, pk=pk, ended_at=None)
    if not member.user.is_active:
        admitting.open_again(member, by=viewer)
        return go(request, reverse("inbox:people"), said=_("The account is open again."))
    count = leaving.deactivate(member, by=viewer)
    words = ngettext("%(num)d case went back to its queue.", "%(num)d cases went back to their queues.", count)
    return go(request, reverse("inbox:people"), said=words % {"num": count})


@staff
@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_PEOPLE)
    wrong = tried(lambda: _team(request.POST, viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, reverse("inbox:teams"), said=_("The team is kept."))
    found = access.rows(Team, viewer).select_related("lead").order_by("name")
    context = {"teams": list(found), "wrong": wrong, "leads": _leads(viewer)}
    return show(request, "settings/teams.html", status=422 if wrong else 200, **context)


def _enrol(given: QueryDict, viewer: Viewer) -> tuple[Membership, str]:
    return admitting.admit(given.get("email", ""), name=given.get("name", ""), **_rights(given, viewer), by=viewer)


def _rights(given: QueryDict, viewer: Viewer) -> dict[str, Any]:
    chosen = [int(key) for key in given.getlist("teams") if key.isdecimal()]
    return {
        "roles": given.getlist("roles"),
        "teams": list(access.rows(Team, viewer).filter(pk__in=chosen)),
        "sees_all": "sees_all" in given,
    }


def _team(given: QueryDict, viewer: Viewer) -> None:
    key, lead, name = given.get("team", ""), given.get("lead", ""), given.get("name", "")
    person = access.one(User, viewer, pk=int(lead) if lead.isdecimal() else 0)
    if key.isdecimal():
        admitting.change_team(access.one(Team, viewer, pk=int(key)), name=name, lead=person, by=viewer)
    else:
        admitting.make_team(name, lead=person, by=viewer)


def _people(request: HttpRequest, viewer: Viewer, wrong: HouseError | None) -> HttpResponse:
    members = access.rows(Membership, viewer).filter(ended_at=None).select_related("user").prefetch_related("teams")
    given = {name: request.POST.get(name, "") for name in ("email", "name")}
    chosen = {"roles": request.POST.getlist("roles"), "teams": request.POST.getlist("teams"), "sees_all": False}
    context = {
        "members": [{"row": each, "roles": _words(each)} for each in members.order_by("user__name")],
        "first": request.session.pop("first_password", None),
        "wrong": wrong,
        "given": {**given, **chosen},
        **_choices(viewer),
    }
    return show(request, "settings/people.html", status=422 if wrong else 200, **context)


def _of(member: Membership) -> dict[str, Any]:
    teams = [str(pk) for pk in member.teams.values_list("pk", flat=True)]
    return {"roles": member.roles, "teams": teams, "sees_all": member.sees_all}


def _choices(viewer: Viewer) -> dict[str, Any]:
    teams = access.rows(Team, viewer).order_by("name").values_list("pk", "name")
    return {"roles": Role.choices, "teams": [(str(pk), name) for pk, name in teams]}


def _words(member: Membership) -> str:
    known = dict(Role.choices)
    return ", ".join(str(known.get(role, role)) for role in member.roles)


def _leads(viewer: Viewer) -> list[tuple[int, str]]:
    members = access.rows(Membership, viewer).filter(ended_at=None).select_related("user").order_by("user__name")
    return [(member.user_id, member.user.name) for member in members]
