"""The frame around the pages of Review: the tabs, and what waits in each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from answerable.core.access import Viewer
from answerable.inbox import frame, review_tabs


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of Review; its template extends `review/frame.html`."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return frame.show(request, template, status, tabs=review_tabs.tabs(request.path, viewer), aside=False, **context)
