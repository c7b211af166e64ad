"""The safety desk: the list of reports by what is due first."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from answerable.core import reading
from answerable.core.access import Viewer
from answerable.inbox import asked, report_words
from answerable.inbox.frame import show, staff
from answerable.inbox.views.journeys import harmless
from answerable.safety import due_list, queries
from answerable.safety.due_list import Asked

HEADINGS = ("number", "sort", "product", "serious", "criteria", "state", "day_zero", "strict_due", "legal_due", "case")


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Fifty at once. That somebody looked at the list is in the read log."""
    wanted, number = _asked(request.GET), asked.number(request.GET.get("page", "")) or 1
    rows, start = due_list.found(viewer, wanted), (number - 1) * due_list.AT_ONCE
    lines = queries.lines(rows[start : start + due_list.AT_ONCE], viewer)
    reading.log("report_list", viewer.workspace_id, by=viewer)
    context: dict[str, Any] = {
        "lines": lines,
        "count": rows.count(),
        "start": start,
        "asked": wanted,
        "filtered": wanted != Asked(),
        "states": report_words.states(),
        "sorts": report_words.sorts(),
        "words": report_words,
        "before": number - 1,
        "after": number + 1 if start + len(lines) < rows.count() else 0,
        "query": _without_page(request.GET),
    }
    return show(request, "safety/list.html", **context)


@staff
@require_GET
def as_csv(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The same list as a file. Each report in it is in the read log."""
    text, lines = io.StringIO(), due_list.taken_along(viewer, _asked(request.GET))
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([[harmless(cell) for cell in report_words.cells(each)] for each in lines])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reports.csv"'
    return answer


def _asked(given: QueryDict) -> Asked:
    return Asked(*(given.get(name, "").strip() for name in ("state", "sort", "serious", "words")))


def _without_page(given: QueryDict) -> str:
    """The same list again, from its beginning."""
    kept = given.copy()
    kept.pop("page", None)
    return kept.urlencode()
