"""Search, and the palette: find or do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from answerable.cases import queries
from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.text.fold import fold
from answerable.inbox import rail
from answerable.inbox.frame import part, show, staff
from answerable.safety.models import Report

FEW = 6
NUMBERED = 4


@dataclass(frozen=True)
class Entry:
    """One line of the palette. `press` is the key that does the same on the page below."""

    label: str
    icon: str
    href: str
    press: str = ""
    keys: tuple[str, ...] = ()


@staff
@require_GET
def search(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    hits = queries.search(viewer, words) if words else []
    return show(request, "search.html", words=words, hits=hits)


@staff
@require_GET
def palette(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    doings = [*_here(request.GET.get("here", "")), *_everywhere(viewer), *_places(viewer)]
    wanted = [entry for entry in doings if fold(words) in fold(entry.label)]
    groups = [(_("Cases"), _cases(viewer, words)), (_("All reports"), _reports(viewer, words)), (_("Do"), wanted)]
    return part(request, "parts/palette_found.html", groups=[group for group in groups if group[1]])


@staff
@require_GET
def places(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return show(request, "places.html", entries=_places(viewer))


@staff
@require_GET
def keys(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return show(request, "keys.html")


def _cases(viewer: Viewer, words: str) -> list[Entry]:
    """Cases by number, name or subject first, then by what was said."""
    if not words:
        return []
    named = access.rows(Case, viewer).select_related("contact").order_by("-last_at")
    found = [*named.filter(pk=_number(words))[:1], *named.filter(contact__name__icontains=words)[:FEW]]
    found += [hit.case for hit in queries.search(viewer, words, rows=FEW)]
    once = {case.pk: case for case in found}
    return [_case(case) for case in list(once.values())[:FEW]]


def _reports(viewer: Viewer, words: str) -> list[Entry]:
    """Reports by their number alone: what one says is read on its page, where the look is logged."""
    if len(words) < NUMBERED or not viewer.may(Right.SEE_REPORTS):
        return []
    named = access.rows(Report, viewer).filter(number__icontains=words).order_by("-pk")[:FEW]
    return [Entry(each.number, "shield", reverse("inbox:report", args=[each.pk])) for each in named]


def _number(words: str) -> int:
    """The running number in "2026-0712" or "712", else none that exists."""
    tail = words.rpartition("-")[2]
    return int(tail) if tail.isdecimal() and len(tail) < 10 else 0


def _case(case: Case) -> Entry:
    return Entry(f"{case.contact.name}, {case.subject}", "case", reverse("inbox:case", args=[case.pk]))


def _here(path: str) -> list[Entry]:
    """What can be done with the case of the page below."""
    try:
        below = resolve(path)
    except Resolver404:
        return []
    if below.view_name != "inbox:case":
        return []
    return [
        Entry(_("Answer"), "send", f"{path}#reply-text", "r", ("r",)),
        Entry(_("Leave a note"), "note", f"{path}#reply-text", "n", ("n",)),
        Entry(_("Take it"), "people", path, "m", ("m",)),
        Entry(_("Note a call on this case"), "phone", f"{path}/calls"),
        Entry(_("Transfer this case"), "transfer", f"{path}/transfers", "t", ("t",)),
        Entry(_("Close this case"), "check", f"{path}/closure", "c", ("c",)),
    ]


def _everywhere(viewer: Viewer) -> list[Entry]:
    return [Entry(_("Note a call"), "phone", reverse("inbox:note-call"))] if viewer.may(Right.ANSWER) else []


def _places(viewer: Viewer) -> list[Entry]:
    found = [place for place in (*rail.WORK, *rail.HOUSE) if place.name != "places" and rail.allowed(place, viewer)]
    return [
        Entry(str(place.label), place.icon, reverse(f"inbox:{place.name}"), keys=("g", place.key) if place.key else ())
        for place in found
    ]
