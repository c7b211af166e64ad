"""The web chat: what its script asks, and a page of our own that shows it. Before a person says yes nothing is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from answerable.channels import queries
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.channels.webchat import chatting
from answerable.channels.webchat.models import Chat
from answerable.channels.webchat.words import WORDS, privacy, spoken
from answerable.core import limits
from answerable.core.errors import Invalid, NotThere
from answerable.core.moments import now
from answerable.core.text.telephone import e164
from answerable.intake.receiving import receive
from answerable.portal import chat_stream
from answerable.portal.frame import language_of, refused
from answerable.portal.spoken_to import chat_of, spoken_to
from answerable.portal.views.form import LONGEST, MOST_BYTES, MOST_FILES, enclosed

LINES_OF_A_CHAT, CHATS_OF_AN_ADDRESS, PER = 60, 20, timedelta(minutes=10)
FORGERY = "This is not what the chat window sends. Nothing was stored. Load the page again."
ADDRESSES = {"email": "email", "phone": "telephone"}
"""The sorts of address that a window asks for, each with the word for it."""


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Our own page of the chat, for whoever has no site. It sets no cookie."""
    source = queries.public("webchat", slug)
    if source is None:
        return refused(request, NotThere("There is no such page. Ask whoever gave you the address for a new one."))
    language = spoken(language_of(request))
    context = {"source": source, "desk": source.workspace.name, "words": WORDS[language], "code": language}
    return render(request, "portal/chat.html", context)


@spoken_to("GET")
def about(request: HttpRequest, source: Source) -> HttpResponseBase:
    """What the window shows before anything is stored: who asks, the privacy text, the words."""
    language, given = spoken(request.GET.get("language", "")), source.values()
    text = _privacy(source, language)
    return JsonResponse(
        {
            "language": language,
            "desk": source.workspace.name,
            "title": given.get("title") or WORDS[language]["title"],
            "privacy": text,
            "privacy_link": _web_address(str(given.get("privacy_link") or "")),
            "agreement": _digest(text),
            "words": WORDS[language],
            "addresses": [name for name in queries.reached(source.workspace_id) if name in ADDRESSES],
        }
    )


@spoken_to("POST")
def begin(request: HttpRequest, source: Source) -> HttpResponseBase:
    """A person agreed to the text that stood there, word for word; from here on there is a chat, and its secret."""
    limits.count(f"chats:{source.pk}:{request.META.get('REMOTE_ADDR', '')}", at_most=CHATS_OF_AN_ADDRESS, per=PER)
    told = _told(request)
    language = spoken(str(told.get("language") or ""))
    text = _privacy(source, language)
    if told.get("agreement") != _digest(text) or told.get("website"):
        raise Invalid("The privacy text has changed. Nothing was stored. Read it and agree again.", "agreement")
    origin = request.headers.get("Origin", "")
    chat, token = chatting.begin(source, language=language, origin=origin, agreed_to=text)
    return JsonResponse({"token": token, "chat": str(chat.name)}, status=201)


@spoken_to("POST")
def say(request: HttpRequest, source: Source) -> HttpResponseBase:
    """One utterance, with files: kept as it came before anybody reads it. The same key again is the same utterance."""
    chat = chat_of(request, source)
    limits.count(f"chat-lines:{chat.pk}", at_most=LINES_OF_A_CHAT, per=PER)
    text, key = request.POST.get("text", "").strip(), request.POST.get("key", "").strip()[:80]
    files = request.FILES.getlist("files")
    _check(text, key, files)
    line = chatting.keep(chat, key=f"you:{key}", text=text, by_us=False, files=[str(file.name) for file in files])
    told = {"kind": "said", "id": key, "text": text, "page": request.POST.get("page", "")[:500]}
    _receive(
        source, chat, {**told, "language": chat.language, "files": enclosed(files)}, once=f"said:{chat.name}:{key}"
    )
    return JsonResponse({"id": line.pk}, status=202)


@spoken_to("GET")
def stream(request: HttpRequest, source: Source) -> HttpResponseBase:
    """What is said in this chat, as server-sent events, after the line that the window knows."""
    chat = chat_of(request, source)
    after = request.headers.get("Last-Event-ID", "")
    known = int(after) if after.isdecimal() and len(after) < 19 else 0
    answer = StreamingHttpResponse(chat_stream.lines(chat.pk, known), content_type="text/event-stream")
    answer["X-Accel-Buffering"] = "no"
    return answer


@spoken_to("POST")
def see(request: HttpRequest, source: Source) -> HttpResponseBase:
    """The window showed these lines of ours to a person."""
    chat, told = chat_of(request, source), _told(request)
    asked = [each for each in told.get("lines", ())[:100] if isinstance(each, int) and 0 < each < 2**63]
    ours = sorted(chatting.ours(chat, asked))
    if ours:
        _receive(source, chat, {"kind": "seen", "lines": ours}, once=f"seen:{chat.name}:{ours}")
    return JsonResponse({"seen": ours})


@spoken_to("POST")
def leave(request: HttpRequest, source: Source) -> HttpResponseBase:
    """The person leaves an address, for answers that come when they are gone."""
    chat, told = chat_of(request, source), _told(request)
    limits.count(f"chat-addresses:{chat.pk}", at_most=10, per=PER)
    namespace, value = str(told.get("namespace") or ""), _address(told)
    if namespace not in queries.reached(source.workspace_id):
        raise Invalid("Nobody here can write to such an address. Nothing was kept.", namespace)
    told = {"kind": "address", "id": f"{namespace}:{value}", "namespace": namespace, "value": value}
    _receive(source, chat, told, once=f"address:{chat.name}:{now().isoformat()}")
    return JsonResponse({"kept": value}, status=202)


@spoken_to("POST")
def end(request: HttpRequest, source: Source) -> HttpResponseBase:
    chatting.end(chat_of(request, source))
    return JsonResponse({"ended": True})


def _receive(source: Source, chat: Chat, told: Mapping[str, Any], *, once: str) -> None:
    body = {**told, "chat": str(chat.name), "at": now().isoformat()}
    receive(source, [Raw(json.dumps(body, ensure_ascii=False).encode(), external_id=once)], at=now())


def _check(text: str, key: str, files: list[Any]) -> None:
    if not key or len(text) > LONGEST:
        raise Invalid("This is too long for the chat. Nothing was sent. Send the rest as a file.", "text")
    if not text and not files:
        raise Invalid("There is nothing to send yet.", "text")
    if len(files) > MOST_FILES or sum(file.size or 0 for file in files) > MOST_BYTES:
        raise Invalid("Up to five files, 10 MB together. Nothing was sent. Choose fewer.", "files")


def _address(told: Mapping[str, Any]) -> str:
    value = str(told.get("value") or "").strip()[:254]
    if told.get("namespace") == "phone":
        value = e164(value, "ZZ")
        if not value:
            raise Invalid("Write the number with its country, like +48 600 100 200. Nothing was kept.", "phone")
        return value
    try:
        validate_email(value)
    except ValidationError:
        raise Invalid("We need an address to answer to, like name@example.org.", "email") from None
    return value.lower()


def _told(request: HttpRequest) -> Mapping[str, Any]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Invalid(FORGERY) from None
    if not isinstance(told, dict) or not isinstance(told.get("lines", []), list):
        raise Invalid(FORGERY)
    return told


def _privacy(source: Source, language: str) -> str:
    return privacy(str(source.values().get("privacy") or ""), source.workspace.name, language)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""
