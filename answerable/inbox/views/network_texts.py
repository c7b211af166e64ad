"""Texts that a network approved: fetched when somebody asks for it, shown on the page of their source."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from answerable.channels.contract import ConnectorError
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.wire.failures import NoAnswer
from answerable.inbox.frame import go, staff
from answerable.replies import fetching_texts


@staff
@require_POST
def fetch(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Fetch them now. What the network answers instead is said on the page."""
    source = access.one(Source, viewer, pk=pk)
    back = reverse("inbox:source", args=[source.pk])
    try:
        found = fetching_texts.fetch(source, by=viewer)
    except (ConnectorError, NoAnswer) as error:
        return go(request, back, said=error.sentence)
    words = ngettext("%(num)s approved text is here.", "%(num)s approved texts are here.", found)
    return go(request, back, said=words % {"num": found})
