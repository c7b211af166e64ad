"""What people do after a report was opened: open one by hand, take later words in, ask, link, ask for a second opinion."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.inbox import asked
from answerable.inbox.frame import go, staff
from answerable.inbox.views.cases import find
from answerable.safety import asking, consulting, following, linking, opening
from answerable.safety.models import FollowUp, Inquiry, Link, Report


@staff
@require_POST
def open_by_hand(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    number = asked.number(request.POST.get("message", "")) or 0
    message = access.rows(Message, viewer).filter(pk=number, filing__case=case).first()
    if message is None:
        raise Invalid("Choose a message of this case. Nothing was kept.", "message")
    given = {name: request.POST.get(name, "") for name in ("sort", "because")}
    report = opening.by_hand(message, given["sort"], because=given["because"], by=viewer)
    return go(request, _address(report.pk), said=_("The report is on record. Look at what was read in the words."))


@staff
@require_POST
def follow_up(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    row, because = access.one(FollowUp, viewer, pk=pk), request.POST.get("because", "")
    if request.POST.get("do") == "decline":
        following.decline(row, because=because, by=viewer)
        return go(request, _address(row.report_id, "later"), said=_("Kept: it says nothing new."))
    following.take(row, significant=request.POST.get("do") == "significant", because=because, by=viewer)
    return go(request, _address(row.report_id, "later"), said=_("The report has a new version with these words."))


@staff
@require_POST
def inquiries(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    report = access.one(Report, viewer, pk=pk)
    given = {name: request.POST.get(name, "") for name in ("way", "words")}
    asking.ask(report, asked=request.POST.getlist("asked"), by=viewer, **given)
    return go(request, _address(pk, "asking"), said=_("Kept that it was asked."))


@staff
@require_POST
def inquiry(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    row = access.one(Inquiry, viewer, pk=pk)
    asking.settle(row, outcome=request.POST.get("outcome", ""), by=viewer)
    return go(request, _address(row.report_id, "asking"), said=_("Kept what came of it."))


@staff
@require_POST
def links(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    report = access.one(Report, viewer, pk=pk)
    other = access.rows(Report, viewer).filter(number=request.POST.get("other", "").strip()).first()
    if other is None:
        raise Invalid("There is no report of this number for you. Nothing was linked. Look at its number.", "other")
    linking.link(report, other, because=request.POST.get("because", ""), by=viewer)
    return go(request, _address(pk, "alike"), said=_("The two are linked. Both stay."))


@staff
@require_POST
def link(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    row, because = access.one(Link, viewer, pk=pk), request.POST.get("because", "")
    if request.POST.get("do") == "link":
        linking.link(row.first, row.second, because=because, by=viewer)
    else:
        linking.end(row, because=because, by=viewer)
    return go(request, _address(row.first_id, "alike"), said=_("Kept."))


@staff
@require_POST
def opinions(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    report = access.one(Report, viewer, pk=pk)
    of, question = asked.number(request.POST.get("of", "")) or 0, request.POST.get("question", "")
    consulting.ask(report, of=of, question=question, by=viewer)
    return go(request, _address(pk, "opinions"), said=_("Asked. The answer is the own signed decision."))


def _address(pk: int, place: str = "") -> str:
    return reverse("inbox:report", args=[pk]) + (f"#{place}" if place else "")
