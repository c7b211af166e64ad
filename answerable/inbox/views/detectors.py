"""Settings: what the detectors are, what verdicts taught them, and taking that into use with a signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access, limits
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.inbox import found
from answerable.inbox.frame import go, show, staff, tried
from answerable.triage import comparing, promoting, queries
from answerable.triage.detecting.editions import edition
from answerable.triage.models import Learned

MOST = 10


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    return _page(request, viewer)


@staff
@require_POST
def promote(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    return _signed(request, viewer, pk, promoting.promote, _("It is in use from now on."))


@staff
@require_POST
def step_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    return _signed(request, viewer, pk, promoting.step_back, _("The word lists alone read from now on."))


def _signed(request: HttpRequest, viewer: Viewer, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    learned = access.one(Learned, viewer, pk=pk)
    viewer.require(Right.MANAGE_RULES)
    limits.password(viewer.user_id)
    given = {name: request.POST.get(name, "") for name in ("because", "password")}
    wrong = tried(lambda: verb(learned, by=viewer, **given), Invalid, Conflict)
    if wrong:
        return _page(request, viewer, status=422, wrong=wrong, given={"because": given["because"], "pk": pk})
    return go(request, reverse("inbox:detectors"), said=said)


def _page(request: HttpRequest, viewer: Viewer, status: int = 200, **more: Any) -> HttpResponse:
    rows = access.rows(Learned, viewer).select_related("promoted_by").defer("heads").order_by("-pk")[:MOST]
    names = {name: label() for name, label in found.DETECTORS.items()}
    context = {
        "edition": edition(),
        "learned": [(each, comparing.is_better(each.figures)) for each in rows],
        "names": names,
        "judged": [(names.get(name, name), yes, no) for name, yes, no in queries.judged(viewer)],
        "wrong": None,
        "given": {"pk": 0, "because": ""},
        **more,
    }
    return show(request, "settings/detectors.html", status=status, **context)
