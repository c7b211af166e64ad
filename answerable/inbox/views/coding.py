"""The coding queue: words of reports without a term, one after the other, with terms to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.inbox import asked
from answerable.inbox.frame import go, show, staff
from answerable.safety import coding, terms, uncoded
from answerable.safety.models import Report
from answerable.safety.uncoded import Wanted

MOST = 30


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One at a time, the oldest day zero first. Each report whose words are shown is in the read log."""
    viewer.require(Right.REVIEW)
    places = _waiting(viewer)
    reading.log_all("report", list(dict.fromkeys(each.version.report_id for each in places)), by=viewer)
    at = next((number for number, each in enumerate(places) if each.key == request.GET.get("at")), 0)
    here = places[at] if places else None
    words = request.GET.get("words", "").strip()
    context: dict[str, Any] = {
        "places": places,
        "here": here,
        "number": at + 1,
        "after": places[at + 1] if at + 1 < len(places) else None,
        "words": words,
        "found": _found(viewer, here, words) if here else [],
        "loaded": bool(here and terms.in_use(viewer, here.kind)),
        "may_load": terms.may_load(viewer),
    }
    return show(request, "safety/coding.html", **context)


@staff
@require_POST
def choose(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Code one place of a report, and go on to the next."""
    report, given = access.one(Report, viewer, pk=pk), request.POST
    viewer.require(Right.REVIEW)
    term = terms.one(viewer, asked.number(given.get("term", "")) or 0)
    coding.code(
        report,
        expected=asked.number(given.get("expected", "")) or 0,
        place=given.get("place", ""),
        number=asked.number(given.get("number", "")) or 0,
        term=term,
        by=viewer,
    )
    said = _("Coded as “%(words)s” (%(code)s). The report has a new version.") % {
        "words": term.words,
        "code": term.code,
    }
    return go(request, f"{reverse('inbox:coding')}?at={given.get('after', '')}", said=said)


def _waiting(viewer: Viewer) -> Sequence[Wanted]:
    places = (each for version in uncoded.queue(viewer)[: MOST * 2] for each in uncoded.wanted(version))
    return list(islice(places, MOST))


def _found(viewer: Viewer, here: Wanted, words: str) -> list[terms.Suggestion]:
    if words:
        return terms.looked_up(viewer, words, kind=here.kind)
    return terms.suggested(viewer, here.words, here.translation, kind=here.kind, language=here.language)
