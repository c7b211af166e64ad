"""The chat's network as the connector speaks to it: it takes an answer once, and says whether it has one."""

from __future__ import annotations

import hmac
import json
from urllib.parse import unquote

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from answerable.channels.models import Source
from answerable.channels.webchat import chatting
from answerable.channels.webchat.models import Chat, Line


@csrf_exempt
@require_http_methods(["POST"])
def replies(request: HttpRequest, slug: str) -> HttpResponse:
    """We speak. The same key again is the same line; a chat that was forgotten is 410."""
    source = _authorised(request, slug)
    if source is None:
        return JsonResponse({"error": "no"}, status=401)
    try:
        told = json.loads(request.body)
        name, key, text, agent = (str(told[field]) for field in ("chat", "key", "text", "agent"))
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not a reply"}, status=422)
    chat = _chat(source, name)
    if chat is None:
        return JsonResponse({"error": "gone"}, status=410)
    with transaction.atomic():
        line = chatting.keep(chat, key=f"us:{key}", text=text, by_us=True, agent=agent)
    return JsonResponse({"id": f"line:{line.pk}"}, status=201)


@require_http_methods(["GET"])
def reply(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Is there a line with this key? 404 says for certain that there is none."""
    source = _authorised(request, slug)
    if source is None:
        return JsonResponse({"error": "no"}, status=401)
    line = Line.objects.filter(chat__source=source, key=f"us:{unquote(key)}"[:200]).first()
    return JsonResponse({"id": f"line:{line.pk}"}) if line else JsonResponse({"error": "none"}, status=404)


def _chat(source: Source, name: str) -> Chat | None:
    hexadecimal = name.replace("-", "")
    if len(hexadecimal) != 32 or set(hexadecimal.lower()) - set("0123456789abcdef"):
        return None
    return Chat.objects.filter(source=source, name=name).first()


def _authorised(request: HttpRequest, slug: str) -> Source | None:
    source = Source.objects.filter(slug=slug, kind="webchat").first()
    key = str(source.values().get("token_key") or "") if source else ""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    genuine = bool(key) and hmac.compare_digest(key.encode(), given.encode("utf-8", "replace"))
    return source if genuine else None
