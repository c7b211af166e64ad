"""Promises and remedies of a case: what the forms beside the timeline do."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.cases import promising, remedying
from answerable.cases.models import Case, Promise, Remedy
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.core.web import times
from answerable.inbox import asked, ends
from answerable.inbox.frame import go, staff
from answerable.inbox.views.cases import address, find
from answerable.replies import closing_there


@staff
@require_POST
def promise(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, given = find(viewer, pk), request.POST
    due_at = ends.day(given.get("due", ""), viewer.time_zone, "due")
    promising.promise(case, text=given.get("text", ""), due_at=due_at, by=viewer)
    return go(request, address(case), said=_("The promise is kept in the case until you have kept it."))


@staff
@require_POST
def ask_site(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Ask the complaint site on which this case was heard to close it."""
    case, given = find(viewer, pk), request.POST
    place = closing_there.place(case, asked.number(given.get("conversation", "")))
    closing_there.ask(case, place, ground=given.get("ground", ""), words=given.get("words", ""), by=viewer)
    return go(request, address(case), said=_("The site is asked. What it decides comes back here."))


@staff
@require_POST
def settle_promise(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    made, how = access.one(Promise, viewer, pk=pk), request.POST.get("how", "")
    if request.POST.get("outcome") == "released":
        promising.release(made, words=how, by=viewer)
    else:
        promising.keep(made, how=how, by=viewer)
    return go(request, address(made.case), said=_("Kept."))


@staff
@require_POST
def remedy(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    made = _propose(find(viewer, pk), request.POST, viewer)
    waits = made.state == Remedy.State.PROPOSED
    said = _("The remedy waits for somebody else to approve it.") if waits else _("The remedy may be given.")
    return go(request, address(made.case), said=said)


@staff
@require_POST
def decide(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    made = access.one(Remedy, viewer, pk=pk)
    _decide(made, request.POST, viewer)
    return go(request, address(made.case), said=_("Kept."))


def money(text: str, field: str) -> Decimal:
    """An amount as people of this language write it; nothing is nothing. Raises `Invalid`."""
    try:
        return parse_decimal(text.strip() or "0", locale=times.locale(), strict=True)
    except NumberFormatError as error:
        raise Invalid("“%(words)s” is no amount of money. Nothing was kept.", field, words=text[:40]) from error


def _propose(case: Case, given: QueryDict, viewer: Viewer) -> Remedy:
    due = given.get("due", "").strip()
    return remedying.propose(
        case,
        kind=given.get("kind", ""),
        amount=money(given.get("amount", ""), "amount"),
        currency=given.get("currency", ""),
        times=asked.number(given.get("times") or "1") or 0,
        text=given.get("text", ""),
        due_at=ends.day(due, viewer.time_zone, "due") if due else None,
        by=viewer,
    )


def _decide(made: Remedy, given: QueryDict, viewer: Viewer) -> None:
    match given.get("decision"):
        case "approve":
            remedying.approve(made, by=viewer)
        case "decline":
            remedying.decline(made, reason=given.get("reason", ""), by=viewer)
        case "give":
            remedying.give(made, by=viewer)
        case "withdraw":
            remedying.withdraw(made, by=viewer)
        case _:
            raise Invalid("Choose what becomes of the remedy. Nothing was changed.", "decision")
