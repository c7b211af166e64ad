"""Review: what a person is to look at, in the order of reading."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.core.access import Right, Viewer
from answerable.inbox import review_frame
from answerable.inbox.frame import staff


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.REVIEW)
    return review_frame.show(request, "review/queue.html")
