"""Saved views: what is filtered in the inbox, kept under a name, shared and ended."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.cases import conditions, queries, viewing
from answerable.cases.models import SavedView
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Team
from answerable.inbox import asked, lists
from answerable.inbox.frame import go, staff


@staff
@require_POST
def save(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Keep the filters that are set as a view of one's own."""
    views = [*queries.views(viewer, count=False), *lists.saved_views(viewer, count=False)]
    listing = lists.of(viewer, request.POST, views)
    saved = viewing.save(name=request.POST.get("name", ""), asked=listing.asked, by=viewer)
    return go(request, _address(saved), said=_("The view is saved. It is yours alone until you share it."))


@staff
@require_POST
def change(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Another name; of what it asks for, what was ticked stays, and the filters that are set come to it."""
    saved, given = access.one(SavedView, viewer, pk=pk), request.POST
    kept = set(asked.numbers(given.getlist("keep"), most=conditions.MOST_CONDITIONS))
    stays = [each for place, each in enumerate(viewing.asked_by(saved)) if place in kept]
    fresh, _params = lists.read(given)
    wanted = tuple(dict.fromkeys([*stays, *fresh]))
    viewing.change(saved, name=given.get("name", ""), asked=wanted, by=viewer)
    return go(request, _address(saved), said=_("The view is changed, for everybody who uses it."))


@staff
@require_POST
def share(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """With whom: "me", "everybody", or a team by its id."""
    saved, among = access.one(SavedView, viewer, pk=pk), request.POST.get("among", "")
    key = asked.number(among)
    team = access.one(Team, viewer, pk=key) if key is not None else None
    viewing.share(saved, among="team" if team else among, team=team, by=viewer)
    return go(request, _address(saved), said=_("Everybody sees only their own cases in it."))


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewing.end(access.one(SavedView, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:inbox"), said=_("The view is gone. No case was changed."))


def _address(saved: SavedView) -> str:
    return f"{reverse('inbox:inbox')}?{urlencode({'view': f'{lists.SAVED}{saved.pk}'})}"
