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

from answerable.cases import custody_queries, queries
from answerable.cases.models import Case, Transfer
from answerable.cases.queries import Cursor, View
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import NotThere
from answerable.core.moments import now
from answerable.inbox import asked, rows
from answerable.inbox.frame import part, show, staff

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
    views = queries.views(viewer)
    view = _chosen(views, request.GET.get("view", "next"))
    cursor = Cursor.parse(request.GET.get("after", ""))
    found = queries.page(viewer, view.key, after=cursor, whole=False)
    return show(
        request,
        "inbox.html",
        views=_headed(views),
        view=view,
        cursor=cursor,
        more={"view": view.key, "after": cursor or "", "until": found.next or ""},
        **_rows(found.cases, viewer),
        offers=_offers(viewer, view.key) if cursor is None else [],
        nothing=None if found.cases else _nothing(viewer, view),
        next_page=f"?{urlencode({'view': view.key, 'after': str(found.next)})}" if found.next else "",
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
    found = queries.some(viewer, key, ids, after=Cursor.parse(after), until=Cursor.parse(until))
    return part(request, "parts/rows_news.html", **_counted(viewer, key, given), **_rows(found, viewer))


def _counted(viewer: Viewer, key: str, given: QueryDict) -> dict[str, Any]:
    if not given.get("counts"):
        return {"counted": False}
    views = queries.views(viewer)
    return {"counted": True, "view": _chosen(views, key), "views": _headed(views), **_offered(viewer, key, given)}


def _offered(viewer: Viewer, key: str, given: QueryDict) -> dict[str, Any]:
    return {"offers": [] if given.get("after") else _offers(viewer, key)}


def _rows(cases: Sequence[Case], viewer: Viewer) -> dict[str, Any]:
    minute = rows.minute(now())
    return {"groups": rows.groups(cases, viewer, minute), "drawn": rows.drawn, "minute": minute}


def _offers(viewer: Viewer, key: str) -> list[Transfer]:
    """What is offered to the viewer stands above their own work; all of it in the list of what is offered."""
    if key not in {"next", "offered"}:
        return []
    offers = custody_queries.offers(viewer)
    return list(offers if key == "offered" else offers[:OFFERS_SHOWN])


def _chosen(views: list[View], key: str) -> View:
    for view in views:
        if view.key == key:
            return view
    raise NotThere("There is no such list for you. Go back to the inbox.")


def _headed(views: list[View]) -> list[tuple[str, list[View]]]:
    own = [view for view in views if view.key in OWN]
    return [(_("Your work"), own), (_("Shared views"), [view for view in views if view.key not in OWN])]


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
