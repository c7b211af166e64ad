"""The sample of Review: what was drawn by lot, read without what was found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.inbox import asked, blind, review_frame, review_tabs, to_read
from answerable.inbox.frame import go, part, staff, tried
from answerable.intake import aside_lots
from answerable.intake.models import AsideLot
from answerable.safety import reading_lots
from answerable.triage import queue_queries


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.REVIEW)
    return _shown(request, viewer, skip=asked.number(request.GET.get("skip", "")) or 0)


@staff
@require_POST
def answer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    lot = queue_queries.lot_of(viewer, pk)
    return _done(request, viewer, lambda there: reading_lots.answer(lot, there, by=viewer))


@staff
@require_POST
def answer_aside(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    lot = access.one(AsideLot, viewer, pk=pk)
    return _done(request, viewer, lambda there: aside_lots.answer(lot, there, by=viewer))


def _done(request: HttpRequest, viewer: Viewer, verb: Callable[[list[str]], object]) -> HttpResponse:
    there = request.POST.getlist("there")
    nothing = "nothing" in request.POST
    wrong = tried(lambda: _answered(verb, there, nothing), Conflict, Invalid)
    said = _("Kept: something is there.") if there else _("Kept: nothing of it is there.")
    if getattr(request, "htmx", False):
        return _shown(request, viewer, said=said, wrong=wrong)
    if wrong:
        return _shown(request, viewer, wrong=wrong, status=422 if isinstance(wrong, Invalid) else 409)
    return go(request, reverse("inbox:sample"), said=said)


def _answered(verb: Callable[[list[str]], object], there: list[str], nothing: bool) -> None:
    if bool(there) == nothing:
        raise Invalid("Choose what is there, or say that nothing of it is. Nothing was kept.", "there")
    verb(there)


def _shown(
    request: HttpRequest,
    viewer: Viewer,
    *,
    skip: int = 0,
    said: str = "",
    wrong: HouseError | None = None,
    status: int = 200,
) -> HttpResponse:
    left = blind.left(viewer)
    at = min(skip, max(left - 1, 0))
    told: dict[str, Any] = {
        "shown": blind.first(viewer, skip=at),
        "left": left,
        "skip": at,
        "choices": to_read.choices(),
    }
    if getattr(request, "htmx", False):
        tabs = review_tabs.tabs(reverse("inbox:sample"), viewer)
        more: dict[str, Any] = {"tabs": tabs, "aside": True, "said_now": "" if wrong else said}
        return part(request, "review/sample_news.html", wrong=wrong, **told, **more)
    return review_frame.show(request, "review/sample.html", status, wrong=wrong, **told)
