"""Transfers: offering a case, and what becomes of the offer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import assigning, transferring
from answerable.cases.models import Case, Transfer
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.models import Team, User
from answerable.inbox import asked
from answerable.inbox.custody import receivers
from answerable.inbox.frame import go, staff, tried
from answerable.inbox.views import cases

SHOWN = ("case", "to_user", "to_team", "decided_by")


@staff
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, said = cases.find(viewer, pk), list[str]()
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: said.append(_transfer(case, request.POST, viewer)), Invalid, Conflict)
        if not wrong:
            return go(request, cases.address(case), said=said[0])
    return cases.form(request, viewer, case, "parts/offer_form.html", wrong, receivers=receivers(case, viewer))


@staff
@require_POST
def accept(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = transferring.accept(_find(viewer, pk), into_queue="queue" in request.POST, by=viewer)
    said = _("The case lies in the queue now.") if "queue" in request.POST else _("You hold the case now.")
    return go(request, cases.address(case), said=said)


@staff
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    transfer = _find(viewer, pk)
    if request.method == "GET":
        return _refusal(request, viewer, transfer)
    reason = request.POST.get("reason", "")
    wrong = tried(lambda: transferring.decline(transfer, reason=reason, by=viewer), Invalid)
    if wrong:
        return _refusal(request, viewer, transfer, wrong)
    return go(request, reverse("inbox:inbox"), said=_("You declined. The giver holds the case and is told why."))


@staff
@require_POST
def withdraw(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = transferring.withdraw(_find(viewer, pk), by=viewer)
    return go(request, cases.address(case), said=_("The offer is taken back."))


def _find(viewer: Viewer, pk: int) -> Transfer:
    return access.rows(Transfer, viewer).select_related(*SHOWN).filter(pk=pk).first() or access.one(
        Transfer, viewer, pk=pk
    )


def _transfer(case: Case, given: QueryDict, viewer: Viewer) -> str:
    """Do what was chosen, and say what was done."""
    sort, _sep, key = given.get("to", "").partition(":")
    expected, chosen = given.get("expected", ""), asked.number(key) or 0
    if sort == "queue":
        assigning.release(case, expected=expected, by=viewer)
        return _("The case lies in the queue now.")
    person = access.one(User, viewer, pk=chosen) if sort in {"user", "assign"} else None
    if person is not None and sort == "assign":
        assigning.assign(case, to_user=person, expected=expected, by=viewer)
        return _("%(name)s holds the case now.") % {"name": person.name}
    team = access.one(Team, viewer, pk=chosen) if sort == "team" else None
    words = given.get("context", "")
    made = transferring.offer(case, context=words, expected=expected, to_user=person, to_team=team, by=viewer)
    who = str(made.to_user or made.to_team)
    return _("The case is on offer to %(name)s. Until they accept, it stays where it is.") % {"name": who}


def _refusal(request: HttpRequest, viewer: Viewer, transfer: Transfer, wrong: HouseError | None = None) -> HttpResponse:
    return cases.form(request, viewer, transfer.case, "parts/decline_form.html", wrong, offer=transfer)
