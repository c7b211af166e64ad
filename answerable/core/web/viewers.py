"""Puts the viewer on the request: `request.viewer` for a signed-in member, None otherwise."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from answerable.core import viewers
from answerable.core.access import Viewer

Handler = Callable[[HttpRequest], HttpResponse]


def middleware(handle: Handler) -> Handler:
    """Attach `request.viewer`, worked out when first asked for."""

    def attach(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: of_request(request))  # type: ignore[attr-defined]
        return handle(request)

    return attach


def of_request(request: HttpRequest) -> Viewer | None:
    """The viewer of this session, in the workspace that the session chose."""
    if not request.user.is_authenticated:
        return None
    return viewers.of_user(request.user, workspace_id=request.session.get("workspace"))
