"""Wordings: the library, one wording with its versions side by side, and what another person decides about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed
from answerable.inbox import wording_rows
from answerable.inbox.frame import go, show, staff, tried
from answerable.replies import expiring, proposing, vouching, wordings
from answerable.replies.models import Wording, WordingVersion

NAMED = ("code", "title", "audience", "product", "market", "topic")
WRITTEN = ("language", "text", "because", "sources")
USUAL_DAYS = 365


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The library, searched by words and product; a new wording begins here."""
    given = {name: request.POST.get(name, "") for name in NAMED}
    made: list[Wording] = []
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: made.append(proposing.begin(**given, by=viewer)), Invalid, Conflict)
    if made:
        return go(request, _address(made[0]), said=_("The wording is begun. Write its first version."))
    words = request.GET.get("words", "")
    context = {
        "rows": wording_rows.library(viewer, words=words),
        "words": words,
        "waiting": wordings.waiting(viewer).count(),
        "audiences": Wording.Audience.choices,
        "names": dict(settings.LANGUAGES),
        **_form(given, wrong),
    }
    return show(request, "wordings/wordings.html", status=422 if wrong else 200, **context)


@staff
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One wording with its versions by language; the next version is written here."""
    wording, given = access.one(Wording, viewer, pk=pk), request.POST
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: _propose(wording, given, viewer), Invalid)
        if not wrong:
            return go(request, _address(wording), said=_("The version is kept. Another person decides on it."))
    expiring.see(wording, by=viewer)
    return _page(request, viewer, wording, given=given, wrong=wrong)


@staff
@require_POST
def decide(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Approve, decline or withdraw one version. What is refused comes back with the reason."""
    version, because = access.one(WordingVersion, viewer, pk=pk), request.POST.get("because", "")
    decision = request.POST.get("decision", "")
    wrong = tried(lambda: _decide(version, decision, because, viewer), Invalid, Conflict, NotAllowed)
    if wrong:
        return _page(request, viewer, version.wording, given={}, wrong=wrong, at=version.pk)
    said = {"approve": _("It is approved."), "decline": _("It is declined.")}
    return go(request, _address(version.wording), said=said.get(decision, _("It is withdrawn and said no more.")))


def _decide(version: WordingVersion, decision: str, because: str, viewer: Viewer) -> WordingVersion:
    if decision == "approve":
        return vouching.approve(version, because=because, by=viewer)
    if decision == "decline":
        return vouching.decline(version, because=because, by=viewer)
    return vouching.withdraw(version, because=because, by=viewer)


def _propose(wording: Wording, given: Mapping[str, str], viewer: Viewer) -> None:
    says = {name: given.get(name, "") for name in WRITTEN}
    proposing.propose(
        wording, valid_from=_day(given, "valid_from"), valid_to=_day(given, "valid_to"), by=viewer, **says
    )


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError:
        raise Invalid("Say from which day to which it is valid. Nothing was kept.", name) from None


def _page(
    request: HttpRequest,
    viewer: Viewer,
    wording: Wording,
    *,
    given: Mapping[str, str],
    wrong: HouseError | None,
    at: int = 0,
) -> HttpResponse:
    day = wordings.today(viewer.time_zone)
    usual = {"valid_from": day.isoformat(), "valid_to": (day + timedelta(days=USUAL_DAYS)).isoformat()}
    context: dict[str, Any] = {
        "wording": wording,
        "columns": wording_rows.by_language(wording, viewer),
        "spoken": settings.LANGUAGES,
        "may_write": viewer.may(Right.WRITE_WORDINGS),
        "wrong_at": at,
        **_form({**dict.fromkeys(WRITTEN, ""), **usual, **{name: given[name] for name in given}}, wrong),
    }
    return show(request, "wordings/wording.html", status=422 if wrong else 200, **context)


def _form(given: Mapping[str, str], wrong: HouseError | None) -> dict[str, Any]:
    return {"given": given, "wrong": wrong, "at_field": getattr(wrong, "field", "")}


def _address(wording: Wording) -> str:
    return reverse("inbox:wording", args=[wording.pk])
