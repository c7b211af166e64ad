"""The journey of a case: drawn, in words, and as a file to take along."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from answerable.cases import journeys
from answerable.cases.journey import Journey
from answerable.cases.models import Case
from answerable.clocks.models import Service
from answerable.clocks.reckoning import service_left
from answerable.clocks.services import Targets
from answerable.core import reading
from answerable.core.access import Viewer
from answerable.inbox import journey_chart, journey_words, sayings
from answerable.inbox.frame import show, staff
from answerable.inbox.journey_words import Row
from answerable.inbox.views.cases import find

HEADINGS = ("at", "what", "holder", "time_went_to", "minutes", "cracks")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, known = find(viewer, pk), sayings.names(viewer)
    reading.log("journey", case.pk, by=viewer)
    found = of(case, viewer)
    context: dict[str, Any] = {
        "case": case,
        "journey": found,
        "chart": journey_chart.draw(found, known),
        "rows": journey_words.rows(found, known),
        "cracks": journey_words.cracks(found, known),
        "causes": [(cause, words(), found.spent(cause)) for cause, words in journey_words.CAUSES.items()],
    }
    return show(request, "journey.html", **context)


@staff
@require_GET
def as_csv(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, text = find(viewer, pk), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([[harmless(cell) for cell in plain(row).values()] for row in _exported(case, viewer)])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="journey-{case.number}.csv"'
    return answer


@staff
@require_GET
def as_json(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    answer = JsonResponse({"case": case.number, "rows": [plain(row) for row in _exported(case, viewer)]})
    answer["Content-Disposition"] = f'attachment; filename="journey-{case.number}.json"'
    return answer


def of(case: Case, viewer: Viewer) -> Journey:
    """The journey, its waits measured in the hours that the service of this team counts."""
    target = Targets([case.workspace]).of(case, Service.RESOLUTION)
    if target is None:
        return journeys.told(case, viewer)
    calendar = target.working()
    return journeys.told(case, viewer, span=lambda start, end: service_left(start, end, calendar))


def plain(row: Row) -> dict[str, Any]:
    """One line as a program reads it."""
    minutes = round(row.lasts.total_seconds() / 60) if row.lasts is not None else ""
    cracks = " ".join(str(each) for each in row.cracks)
    return dict(zip(HEADINGS, (row.at.isoformat(), row.words, row.holder, row.cause, minutes, cracks), strict=True))


def harmless(cell: object) -> object:
    """A name that a table would take for a formula is told to be text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _exported(case: Case, viewer: Viewer) -> list[Row]:
    reading.log("journey_export", case.pk, by=viewer)
    return journey_words.rows(of(case, viewer), sayings.names(viewer))
