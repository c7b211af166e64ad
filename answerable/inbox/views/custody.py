"""Custody beside transfers: what is next, putting a case aside, standing by it, pushing it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import accompanying, dealing, snoozing
from answerable.cases.models import Push
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.core.models import User
from answerable.inbox import asked, ends
from answerable.inbox.custody import colleagues
from answerable.inbox.frame import go, staff
from answerable.inbox.views import cases


@staff
@require_POST
def take_next(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    case = dealing.next_for(by=viewer)
    if case is None:
        return go(request, reverse("inbox:inbox"), said=_("Nothing waits in your queues that fits you."))
    return go(request, cases.address(case), said=_("You hold the case now."))


@staff
@require_POST
def snooze(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, until = cases.find(viewer, pk), asked.local(request.POST.get("until", ""))
    if until is None:
        raise Invalid("Choose a moment within the next half year. The case stays awake.", "until")
    snoozing.snooze(case, until=until, reason=request.POST.get("reason", ""), by=viewer)
    return go(request, cases.address(case), said=_("The case sleeps. It wakes by itself, or when the customer writes."))


@staff
@require_POST
def wait(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """We wait for the customer, or for somebody else, until the end of a day."""
    case, given = cases.find(viewer, pk), request.POST
    until = ends.day(given.get("until", ""), viewer.time_zone, "until")
    words = {name: given.get(name, "") for name in ("whom", "who", "reason")}
    snoozing.wait(case, until=until, by=viewer, **words)
    return go(request, cases.address(case), said=_("Kept. It comes back when somebody writes, or after that day."))


@staff
@require_POST
def wake(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = snoozing.wake(cases.find(viewer, pk), by=viewer)
    return go(request, cases.address(case), said=_("The case is awake."))


@staff
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Oneself, or the colleague who was chosen."""
    case = cases.find(viewer, pk)
    if request.method == "GET":
        return cases.form(request, viewer, case, "parts/follow_form.html", colleagues=colleagues(case, viewer))
    accompanying.follow(case, user=_whom(request, viewer), by=viewer)
    return go(request, cases.address(case), said=_("They see the case from now on, and may push it."))


@staff
@require_POST
def unfollow(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = cases.find(viewer, pk)
    accompanying.unfollow(case, user=_whom(request, viewer), by=viewer)
    seen = access.rows(type(case), viewer).filter(pk=case.pk).exists()
    return go(request, cases.address(case) if seen else reverse("inbox:inbox"), said=_("Kept."))


@staff
@require_POST
def push(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = cases.find(viewer, pk)
    accompanying.push(case, text=request.POST.get("text", ""), by=viewer)
    return go(request, cases.address(case), said=_("The holder was told. Without an answer the lead hears of it."))


@staff
@require_POST
def answer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    pushed = access.one(Push, viewer, pk=pk)
    accompanying.answer(pushed, text=request.POST.get("text", ""), by=viewer)
    return go(request, reverse("inbox:case", args=[pushed.case_id]), said=_("Who pushed was told."))


def _whom(request: HttpRequest, viewer: Viewer) -> User | None:
    chosen = asked.number(request.POST.get("user", ""))
    return access.one(User, viewer, pk=chosen) if chosen else None
