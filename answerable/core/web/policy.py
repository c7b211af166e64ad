"""The security headers of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]

PAGES = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "media-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'self'; "
    "base-uri 'none'"
)
# Text of strangers, in a frame of its own: it may look as it likes, run nothing, and fetch nothing.
STRANGERS = (
    "default-src 'none'; "
    "style-src 'unsafe-inline'; "
    "img-src data:; "
    "form-action 'none'; "
    "frame-ancestors 'self'; "
    "base-uri 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
ALWAYS = {
    "Content-Security-Policy": PAGES,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "SAMEORIGIN",
}


@sync_and_async_middleware
def headers(get_response: Answer) -> Answer:
    """A view that needs a stricter policy sets its own; this one stands in for all that set none."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _marked(await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _marked(response)

    return answer


def _marked(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    return response
