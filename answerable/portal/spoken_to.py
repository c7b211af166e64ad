"""What scripts on other sites may ask: only the origins that the source names, no cookies, and a secret for each chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from answerable.channels import queries
from answerable.channels.models import Source
from answerable.channels.webchat import chatting
from answerable.channels.webchat.models import Chat
from answerable.channels.webchat.words import spoken
from answerable.core import limits
from answerable.core.errors import HouseError, Invalid, NotAllowed, NotThere
from answerable.core.files import StoreFull
from answerable.core.limits import TooOften
from answerable.core.web.saying import said

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
STATUS: dict[type[HouseError], int] = {
    NotThere: 404,
    NotAllowed: 403,
    chatting.Unknown: 401,
    Invalid: 422,
    TooOften: 429,
    StoreFull: 503,
}
FROM_ONE_ADDRESS, PER = 240, timedelta(minutes=10)
Asked = Callable[[HttpRequest, Source], HttpResponseBase]
Page = Callable[..., HttpResponseBase]


def spoken_to(method: str) -> Callable[[Asked], Page]:
    """An address that the chat's script asks. Who may not ask learns nothing, and every refusal is a sentence."""

    def framed(view: Asked) -> Page:
        @csrf_exempt
        @wraps(view)
        def page(request: HttpRequest, slug: str) -> HttpResponseBase:
            source = queries.public("webchat", slug)
            origin = request.headers.get("Origin", "")
            with translation.override(spoken(request.GET.get("language", ""))):
                answer = _answered(view, request, source, origin, method)
            return _marked(answer, origin if source and may_ask(source, origin, request) else "")

        return page

    return framed


def may_ask(source: Source, origin: str, request: HttpRequest) -> bool:
    """The sites that the source names, and our own pages. No browser asks from another site without its origin."""
    own = {settings.ANSWERABLE_PUBLIC_URL, f"{request.scheme}://{request.get_host()}"}
    return not origin or origin in own or origin.lower() in named_origins(source)


def named_origins(source: Source) -> set[str]:
    """Scheme, host and port of each address that somebody put into the setting."""
    parts = [urlsplit(each.lower()) for each in str(source.values().get("origins") or "").replace(",", " ").split()]
    return {f"{each.scheme}://{each.netloc}" for each in parts if each.netloc}


def chat_of(request: HttpRequest, source: Source) -> Chat:
    """The chat whose secret came with the request."""
    return chatting.holder(source, request.headers.get("Authorization", "").removeprefix("Bearer ").strip())


def _answered(view: Asked, request: HttpRequest, source: Source | None, origin: str, method: str) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method != method:
        return HttpResponse(status=405, headers={"Allow": f"OPTIONS, {method}"})
    try:
        if source is None:
            raise NotThere("There is no such chat. Ask whoever gave you the address for a new one.")
        if not may_ask(source, origin, request):
            raise NotAllowed("This site may not show the chat. Nothing was sent.")
        with transaction.atomic():
            limits.count(f"chat:{source.pk}:{request.META.get('REMOTE_ADDR', '')}", at_most=FROM_ONE_ADDRESS, per=PER)
        with transaction.atomic():
            return view(request, source)
    except HouseError as error:
        return _refused(error)


def _refused(error: HouseError) -> HttpResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 409)
    told: dict[str, Any] = {"error": said(error), "field": getattr(error, "field", "")}
    waits = {"Retry-After": str(getattr(error, "after", 60))} if status in {429, 503} else {}
    return JsonResponse(told, status=status, headers=waits)


def _marked(answer: HttpResponseBase, origin: str) -> HttpResponseBase:
    if origin:
        answer["Access-Control-Allow-Origin"] = origin
        for name, value in ALLOWED.items():
            answer[name] = value
    answer["Vary"] = "Origin"
    answer["Cache-Control"] = "no-store"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
