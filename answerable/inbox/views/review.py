"""Review: what a person is to look at, in the order of reading, one message after the other."""

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
from answerable.inbox import asked, found, review_frame, review_tabs, to_read
from answerable.inbox.frame import go, part, staff, tried
from answerable.safety import opening
from answerable.triage import judging, queue_queries, reading_off
from answerable.triage.models import ToRead


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.REVIEW)
    return _shown(request, viewer, at=asked.number(request.GET.get("at", "")))


@staff
@require_POST
def judge(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Answer one question about a message; when all are answered, the next message comes."""
    item = access.one(ToRead, viewer, pk=pk)
    viewer.require(Right.REVIEW)
    reason, detector = request.POST.get("reason", ""), request.POST.get("detector", "")
    there = reason in judging.FOR_YES
    kept = _("Kept: it is there.") if there else _("Kept: it is not there.")
    return _done(
        request,
        viewer,
        lambda: opening.judge(item.message, detector, there=there, reason=reason, by=viewer),
        kept,
        at=item.pk,
    )


@staff
@require_POST
def nothing(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    item = access.one(ToRead, viewer, pk=pk)
    return _done(request, viewer, lambda: reading_off.nothing(item, by=viewer), _("Kept: nothing of it is there."))


@staff
@require_POST
def take_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    item = access.one(ToRead, viewer, pk=pk)
    said = _("It waits again, and what you said of it does not stand.")
    return _done(request, viewer, lambda: reading_off.take_back(item, by=viewer), said, at=item.pk)


def _done(
    request: HttpRequest, viewer: Viewer, verb: Callable[[], object], said: str, at: int | None = None
) -> HttpResponse:
    """Do it and show what is next: a part of the page where that was asked for, the page else."""
    wrong = tried(verb, Conflict, Invalid)
    if getattr(request, "htmx", False):
        return _shown(request, viewer, at=at, said=said, wrong=wrong)
    if wrong:
        return _shown(request, viewer, at=at, wrong=wrong, status=422 if isinstance(wrong, Invalid) else 409)
    to = reverse(f"inbox:{to_read.tab_of(request)}")
    return go(request, f"{to}?at={at}" if at else to, said=said)


def _shown(
    request: HttpRequest,
    viewer: Viewer,
    *,
    at: int | None = None,
    said: str = "",
    wrong: HouseError | None = None,
    status: int = 200,
) -> HttpResponse:
    tab = to_read.tab_of(request)
    yes, no = found.reasons()
    context: dict[str, Any] = {
        "tab": tab,
        "place": to_read.place(viewer, tab, at),
        "last": queue_queries.last_read(viewer),
        "no": list(enumerate(no, 1)),
        "known": yes[-1],
        "said_now": "" if wrong else said,
        "wrong": wrong,
    }
    if getattr(request, "htmx", False):
        tabs = review_tabs.tabs(reverse(f"inbox:{tab}"), viewer)
        return part(request, "review/reading_news.html", tabs=tabs, aside=True, **context)
    return review_frame.show(request, "review/queue.html", status, **context)
