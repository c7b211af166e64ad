"""What is next: the lists of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from answerable.cases import custody_queries, handling_many, queries, viewing
from answerable.cases.models import Case, Transfer
from answerable.cases.queries import Cursor, View
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.moments import now
from answerable.inbox import asked, lists, rows, spelling
from answerable.inbox.frame import part, show, staff
from answerable.inbox.lists import Listing
from answerable.inbox.views import many

OWN = ("next", "mine", "offered", "followed")
OFFERS_SHOWN = 5


@dataclass(frozen=True)
class Nothing:
    """What an empty list says, and the next step."""

    title: str
    text: str
    icon: str = "check"
    href: str = ""
    action: str = ""


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    views = [*queries.views(viewer), *lists.saved_views(viewer)]
    listing = lists.of(viewer, request.GET, views)
    view = _narrowed(viewer, listing)
    cursor = Cursor.parse(request.GET.get("after", ""))
    found = queries.page(viewer, listing.base, after=cursor, only=listing.only(viewer), whole=False)
    return show(
        request,
        "inbox.html",
        views=_headed(views),
        view=view,
        cursor=cursor,
        more={**listing.params, "after": cursor or "", "until": found.next or ""},
        **_rows(found.cases, viewer),
        **_bar(viewer, listing),
        offers=_offers(viewer, view.key, views) if cursor is None else [],
        may_take_next=viewer.may(Right.ANSWER),
        nothing=None if found.cases else _nothing(viewer, view),
        next_page=f"?{urlencode({**listing.params, 'after': str(found.next)})}" if found.next else "",
    )


@staff
@require_GET
def some(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The rows of the named cases as they stand in a view now, for a page that heard of them; one left out is gone.

    The counts of all views come along where they are asked for.
    """
    given = request.GET
    ids = asked.numbers(given.getlist("case"), most=queries.ROWS)
    key, after, until = given.get("view", "next"), given.get("after", ""), given.get("until", "")
    views = [View(key, "")] if not key.startswith(lists.SAVED) else lists.saved_views(viewer, count=False)
    listing = lists.of(viewer, given, views)
    ends = {"after": Cursor.parse(after), "until": Cursor.parse(until)}
    found = queries.some(viewer, listing.base, ids, **ends, only=listing.only(viewer))
    return part(request, "parts/rows_news.html", **_counted(viewer, key, given), **_rows(found, viewer))


def _counted(viewer: Viewer, key: str, given: QueryDict) -> dict[str, Any]:
    if not given.get("counts"):
        return {"counted": False}
    views = [*queries.views(viewer), *lists.saved_views(viewer)]
    view = _narrowed(viewer, lists.of(viewer, given, views))
    return {"counted": True, "view": view, "views": _headed(views), **_offered(viewer, key, given, views)}


def _offered(viewer: Viewer, key: str, given: QueryDict, views: Sequence[View]) -> dict[str, Any]:
    return {"offers": [] if given.get("after") else _offers(viewer, key, views)}


def _narrowed(viewer: Viewer, listing: Listing) -> View:
    """The list with the count that its filters leave; without filters the count is known already."""
    if len(listing.params) == 1:
        return listing.view
    only = listing.only(viewer)
    count = len(queries.ids(viewer, listing.base, most=queries.MOST_COUNTED, only=only))
    return View(listing.view.key, listing.view.label, count)


def _bar(viewer: Viewer, listing: Listing) -> dict[str, Any]:
    """The filters of a list, and what is done with several of its cases."""
    names = spelling.of(viewer)
    return {
        "controls": lists.controls(listing.params, names),
        "asked": len(listing.params) - 1,
        "params": listing.params,
        "saved": listing.saved,
        "saved_asks": [names.condition(each) for each in viewing.asked_by(listing.saved)] if listing.saved else [],
        "teams": list(names.teams.items()),
        "many_actions": many.actions(),
        "most_at_once": handling_many.MOST,
    }


def _rows(cases: Sequence[Case], viewer: Viewer) -> dict[str, Any]:
    minute = rows.minute(now())
    return {"groups": rows.groups(cases, viewer, minute), "drawn": rows.drawn, "minute": minute}


def _offers(viewer: Viewer, key: str, views: Sequence[View]) -> list[Transfer]:
    """What is offered to the viewer stands above their own work; all of it in the list of what is offered.

    Mostly nothing is, and the count of that list says so already.
    """
    if key not in {"next", "offered"} or not any(view.count for view in views if view.key == "offered"):
        return []
    offers = custody_queries.offers(viewer)
    return list(offers if key == "offered" else offers[:OFFERS_SHOWN])


def _headed(views: list[View]) -> list[tuple[str, list[View]]]:
    own = [view for view in views if view.key in OWN]
    saved = [view for view in views if view.key.startswith(lists.SAVED)]
    shared = [view for view in views if view not in own and view not in saved]
    return [(_("Your work"), own), (_("Shared views"), shared), *([(_("Saved views"), saved)] if saved else [])]


def _nothing(viewer: Viewer, view: View) -> Nothing:
    if view.key == "next" and not access.rows(Source, viewer).exists():
        return _first_day(viewer)
    if view.key == "mine":
        text = _("Cases that you take, and those that colleagues give you, stand here.")
        return Nothing(_("You hold no case"), text, "inbox", reverse("inbox:inbox"), _("Look at what is next"))
    return Nothing(_("Nothing waits here"), _("When somebody writes, it appears here by itself, at its place."))


def _first_day(viewer: Viewer) -> Nothing:
    title, text = _("This desk hears nobody yet"), _("Connect the mailbox that customers write to.")
    if not viewer.may(Right.MANAGE_SOURCES):
        return Nothing(title, _("An admin connects the mailbox that customers write to."), "mail")
    return Nothing(title, text, "mail", reverse("inbox:sources"), _("Connect a source"))
