"""The journal: what was done, by whom, when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Event
from answerable.inbox import sayings
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
