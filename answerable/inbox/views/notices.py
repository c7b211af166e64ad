"""What the viewer was told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.cases import custody_queries
from answerable.channels import queries
from answerable.core.access import Viewer
from answerable.inbox import notices
from answerable.inbox.frame import show, staff

MOST = 100


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The newest, unseen ones marked. Opening their case, or the channels, is what makes them seen."""
    found = custody_queries.notices(viewer)[:MOST]
    of_sources = queries.notices(viewer)[:MOST]
    lines = [(each, notices.sentence(each)) for each in found]
    return show(
        request, "notices.html", lines=lines, of_sources=[(each, notices.sentence(each)) for each in of_sources]
    )
