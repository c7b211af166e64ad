"""The card of the detectors: how much they find on this stream, by language, what they missed and what drifted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.core.access import Right, Viewer
from answerable.inbox import figures, found, review_frame
from answerable.inbox.frame import staff
from answerable.triage import assessing, drifting, queries, queue_queries
from answerable.triage.recall import FOR_A_CLAIM

MISSED = 50


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """To look at it is to have seen what drifted."""
    if not viewer.may(Right.MANAGE_RULES):
        viewer.require(Right.REVIEW)
    drifting.see(by=viewer)
    language = request.GET.get("language", "")
    language = language if language in figures.languages() else ""
    measured = queue_queries.measured(viewer, language)
    names = {name: label() for name, label in found.DETECTORS.items()}
    return review_frame.show(
        request,
        "review/figures.html",
        chosen=language,
        languages=figures.languages(),
        measured=measured,
        heaps=figures.heaps(measured) if measured else [],
        shares=figures.shares(measured) if measured else [],
        missed=queue_queries.missed(viewer)[:MISSED],
        names=names,
        grave=set(queue_queries.GRAVE),
        drifts=figures.drifts(viewer),
        judged=[(names.get(name, name), yes, no) for name, yes, no in queries.judged(viewer)],
        detectors=assessing.in_use(viewer.workspace_id)[0],
        for_a_claim=FOR_A_CLAIM,
    )
