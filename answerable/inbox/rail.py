"""The places of the rail, with what waits in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Right, Viewer
from answerable.inbox import review_tabs
from answerable.safety import due_list


@dataclass(frozen=True)
class Place:
    """One place to go. `width` is "wide" or "narrow" where only one frame has room for it; `key` follows a `g`.

    Any of `rights` opens it. `waiting` counts what waits there; it is asked once for every page, so it must be cheap.
    """

    name: str
    label: str | Promise
    icon: str
    key: str = ""
    width: str = ""
    rights: tuple[Right, ...] = ()
    waiting: Callable[[Viewer], int] | None = None


@dataclass(frozen=True)
class Stop:
    """A place as this page shows it."""

    href: str
    label: str
    icon: str
    key: str
    width: str
    current: bool
    waiting: int


WORK = (
    Place("inbox", _("Inbox"), "inbox", "i"),
    Place("review", _("Review"), "review", "v", "", review_tabs.RIGHTS, review_tabs.waiting),
    Place("safety", _("Safety"), "shield", "f", "wide", (Right.SEE_REPORTS,), due_list.waiting),
    Place("wordings", _("Wordings"), "book", "w", "wide"),
    Place("search", _("Search"), "search", "s"),
    Place("queries", _("Listening"), "forum", "n", "wide"),
    Place("health", _("Channels"), "listen", "h"),
    Place("radar", _("Radar"), "flame", "r", "wide"),
    Place("places", _("More"), "more", "", "narrow"),
    Place("ledger", _("Ledger"), "form", "l", "wide"),
    Place("quarantine", _("Quarantine"), "aside", "q", "wide", (Right.REPLAY,)),
    Place("journal", _("Journal"), "sign", "j", "wide", (Right.SEE_JOURNAL,)),
)
HOUSE = (
    Place("settings", _("Settings"), "settings", "e", "wide"),
    Place("keys", _("Keys"), "help", "", "wide"),
)


def of(request: HttpRequest, viewer: Viewer) -> list[list[Stop]]:
    """The rail for one page. The counts are asked where they are shown, and never for the page of an error."""
    return [[_stop(place, request, viewer) for place in group if allowed(place, viewer)] for group in (WORK, HOUSE)]


def allowed(place: Place, viewer: Viewer) -> bool:
    return not place.rights or any(viewer.may(right) for right in place.rights)


def _stop(place: Place, request: HttpRequest, viewer: Viewer) -> Stop:
    href = reverse(f"inbox:{place.name}")
    current = request.path == href or (href != "/" and request.path.startswith(href + "/"))
    waiting = place.waiting(viewer) if place.waiting else 0
    return Stop(href, str(place.label), place.icon, place.key, place.width, current, waiting)
