"""What the viewer was told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.cases import custody_queries
from answerable.channels import queries
from answerable.core.access import Viewer
from answerable.inbox import notices, review_words
from answerable.inbox.frame import show, staff
from answerable.listening import overshooting
from answerable.metrics import queries as radar_queries
from answerable.replies import wordings
from answerable.safety import referral_queries
from answerable.triage import queue_queries

MOST = 100


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The newest, unseen ones marked. Opening their case, the incident, the balance, the query or the channels is what makes them seen."""
    found = custody_queries.notices(viewer)[:MOST]
    of_incidents = [(each, notices.sentence(each)) for each in radar_queries.notices(viewer)[:MOST]]
    lines = [(each, notices.sentence(each)) for each in found]
    of_sources = [(each, notices.sentence(each)) for each in queries.notices(viewer)[:MOST]]
    of_systems = [(each, notices.sentence(each)) for each in referral_queries.notices(viewer)[:MOST]]
    told: dict[str, Any] = {"of_sources": of_sources, "of_incidents": of_incidents, "of_systems": of_systems}
    drifts = [(each, review_words.NOTICES[each.drift.sort]()) for each in queue_queries.notices(viewer)[:MOST]]
    of_wordings = [(each, notices.sentence(each)) for each in wordings.notices(viewer)[:MOST]]
    told["of_queries"] = [(each, notices.sentence(each)) for each in overshooting.notices(viewer)[:MOST]]
    return show(request, "notices.html", of_wordings=of_wordings, lines=lines, of_detectors=drifts, **told)
