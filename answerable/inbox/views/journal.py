"""The journal: what was done, by whom, when."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.cases.models import Case
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Event
from answerable.inbox import asked, sayings, trail
from answerable.inbox.frame import show, staff

PAGE = 50


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.SEE_JOURNAL)
    before = request.GET.get("before", "")
    events = access.rows(Event, viewer).order_by("-id")
    found = list((events.filter(pk__lt=int(before)) if before.isdecimal() else events)[: PAGE + 1])
    lines = sayings.say_all(found[:PAGE], viewer)
    cases = access.rows(Case, viewer).filter(pk__in={event.case_id for event, _saying in lines if event.case_id})
    next_page = found[PAGE - 1].pk if len(found) > PAGE else None
    return show(
        request, "journal.html", lines=lines, numbers={each.pk: each.number for each in cases}, next_page=next_page
    )


@staff
@require_GET
def as_csv(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The lines of a case, or of some days, for inspectors. Who took it is in the read log. Raises `Invalid` for neither."""
    viewer.require(Right.SEE_JOURNAL)
    given = request.GET
    case = access.one(Case, viewer, pk=asked.number(given["case"]) or 0) if given.get("case") else None
    since, until = asked.local(given.get("since", "")), asked.local(given.get("until", ""))
    if case is None and (since is None or until is None):
        raise Invalid("Say from which day on and until which. Nothing was saved.", "since")
    last = until + timedelta(days=1) if until is not None else None
    text = trail.table(trail.found(viewer, case=case, since=since, until=last), viewer)
    reading.log("journal_export", case.pk if case is not None else viewer.workspace_id, by=viewer)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer
