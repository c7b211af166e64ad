"""Who is here, what they can do, and how teams deal with custody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from answerable.cases import absenting, dealing
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Membership, Team
from answerable.inbox import asked
from answerable.inbox.frame import go, show, staff


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Oneself; for a lead or an admin everybody, and the teams that they may set."""
    others = viewer.may(Right.ASSIGN_OTHERS) or viewer.may(Right.MANAGE_PEOPLE)
    members = access.rows(Membership, viewer).filter(ended_at=None, user__is_active=True).select_related("user")
    shown = members if others else members.filter(user_id=viewer.user_id)
    teams = access.rows(Team, viewer).order_by("name")
    context: dict[str, Any] = {
        "members": [(each, absenting.absence_of(each, by=viewer)) for each in shown.order_by("user__name")],
        "teams": list(teams if viewer.may(Right.MANAGE_PEOPLE) else teams.filter(lead_id=viewer.user_id)),
        "others": others,
    }
    return show(request, "settings/handing_out.html", **context)


@staff
@require_POST
def away(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    given = request.POST
    member = access.one(Membership, viewer, pk=pk, ended_at=None)
    since, until = asked.local(given.get("since", "")), asked.local(given.get("until", ""))
    count = absenting.away(member, since=since, until=until, reason=given.get("reason", ""), by=viewer)
    words = ngettext("%(num)d case went back to its queue.", "%(num)d cases went back to their queues.", count)
    return _done(request, words % {"num": count})


@staff
@require_POST
def back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    absenting.back(access.one(Membership, viewer, pk=pk, ended_at=None), by=viewer)
    return _done(request, _("Welcome back."))


@staff
@require_POST
def skills(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    given = request.POST
    member = access.one(Membership, viewer, pk=pk, ended_at=None)
    capacity = asked.number(given.get("capacity", ""))
    dealing.set_skills(member, skills=given.get("skills", ""), capacity=capacity, by=viewer)
    return _done(request, _("Kept."))


@staff
@require_POST
def team(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    given = request.POST
    dealing.set_team(
        access.one(Team, viewer, pk=pk),
        hands_out="hands_out" in given,
        offer_hours=_hours(given, "offer_hours"),
        push_hours=_hours(given, "push_hours"),
        idle_hours=asked.number(given.get("idle_hours", "")),
        by=viewer,
    )
    return _done(request, _("The team is kept."))


def _hours(given: QueryDict, name: str) -> int:
    """What is no number is refused by the verb, as zero hours are."""
    return asked.number(given.get(name, "")) or 0


def _done(request: HttpRequest, said: str) -> HttpResponse:
    return go(request, reverse("inbox:handing-out"), said=said)
