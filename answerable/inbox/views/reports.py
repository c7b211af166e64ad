"""One report: read beside the words that it stands on, changed with a reason, decided with a signature."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.cases import seeing
from answerable.conversations.models import Message
from answerable.core import limits
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.web.saying import said
from answerable.inbox import asked, report_history, report_page, report_sheet
from answerable.inbox.frame import STATUS, go, show, staff, tried
from answerable.inbox.report_form import Wrong
from answerable.inbox.report_page import Typed
from answerable.inbox.report_sheet import Reading, Sheet
from answerable.safety import deciding, queries, reporting
from answerable.safety.queries import Record


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    record = queries.record(pk, viewer)
    _open_words(record, viewer)
    return _page(request, record, viewer)


def _open_words(record: Record, viewer: Viewer) -> None:
    """What a person looks at here for the first time is first seen now, as on the page of the case."""
    said_by_others = report_page.messages(record.report.message.filing.case, viewer)
    inbound = Message.Direction.IN
    unseen = [each.pk for each in said_by_others if each.direction == inbound and each.first_seen_at is None]
    if unseen:
        seeing.first_seen(unseen, by=viewer)
        record.report.message.refresh_from_db(fields=["first_seen_at"])


@staff
@require_POST
def versions(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A changed report becomes its next version. What cannot be kept comes back as it was typed."""
    record = queries.record(pk, viewer)
    sheet, expected = report_sheet.sent(request.POST), asked.number(request.POST.get("expected", "")) or 0
    if expected != record.latest.number:
        return _meanwhile(request, record, viewer, sheet, expected)
    wrong = tried(lambda: _correct(record, viewer, sheet), Invalid, Conflict)
    if wrong is None:
        return go(request, _address(pk), said=_("The report has a new version. The one before stays to be seen."))
    typed = Typed(sheet, sheet.get("reason", ""), expected, Wrong(said(wrong), getattr(wrong, "field", "")))
    return _page(request, record, viewer, typed, status=STATUS[type(wrong)])


@staff
@require_POST
def decisions(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A signature. Tries of the password are counted, so that nobody guesses it here."""
    record = queries.record(pk, viewer)
    viewer.require(Right.SIGN_REPORTS)
    limits.password(viewer.user_id)
    given = {name: request.POST.get(name, "") for name in ("outcome", "reason")}
    expected = asked.number(request.POST.get("expected", "")) or 0
    password = request.POST.get("password", "")
    wrong = tried(
        lambda: deciding.decide(record.report, expected=expected, password=password, by=viewer, **given),
        Invalid,
        Conflict,
        NotAllowed,
    )
    if wrong is None:
        return go(request, _address(pk), said=_("Your decision is signed, and bound to this version."))
    typed = Typed(decision=given, refused=said(wrong))
    return _page(request, record, viewer, typed, status=STATUS[type(wrong)])


def _correct(record: Record, viewer: Viewer, sheet: Sheet) -> None:
    texts = {str(each.pk): each.text for each in report_page.messages(record.report.message.filing.case, viewer)}
    values = report_sheet.read(sheet, Reading(record.values, texts, viewer.time_zone))
    reporting.correct(
        record.report, expected=record.latest.number, values=values, reason=sheet.get("reason", ""), by=viewer
    )


def _meanwhile(request: HttpRequest, record: Record, viewer: Viewer, mine: Sheet, expected: int) -> HttpResponse:
    """Somebody was first. Both changes are laid over each other and shown; nothing is kept until it is saved again."""
    base = next((each for each in record.versions if each.number == expected), None)
    if base is None:
        raise Conflict("There is no such version. Nothing was kept. Load the page again.")
    zone, before = viewer.time_zone, reporting.values_of(base)
    theirs = report_sheet.written(record.values, zone)
    sheet, both = report_sheet.merged(report_sheet.written(before, zone), theirs, mine)
    typed = Typed(
        sheet,
        mine.get("reason", ""),
        theirs=report_history.changes(before, record.values, zone),
        both=report_history.both(both, theirs, mine),
    )
    return _page(request, record, viewer, typed, status=STATUS[Conflict])


def _page(
    request: HttpRequest, record: Record, viewer: Viewer, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    return show(request, "safety/report.html", status=status, **report_page.of(record, viewer, typed))


def _address(pk: int) -> str:
    return reverse("inbox:report", args=[pk])
