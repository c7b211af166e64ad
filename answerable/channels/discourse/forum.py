"""Requests to a forum and what its answers mean. Source: "Discourse API Documentation"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, objects, parsed
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

GONE = frozenset({404, 410})
KEY_REFUSED = "The forum no longer accepts our key, or it lacks a right. Make a new one and enter it."


def call(method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"") -> HttpCall:
    """Only questions may be asked twice. Without a key a question is asked as anybody may ask it."""
    headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
    return HttpCall(
        method,
        addresses.server(settings) + path,
        headers=headers,
        secret_headers=_signed_in(settings),
        body=body,
        repeatable=method == "GET",
    )


def has_key(settings: Mapping[str, Any]) -> bool:
    return bool(addresses.token(settings, "api_key"))


def own_name(settings: Mapping[str, Any]) -> str:
    return str(settings.get("username") or "").strip().lstrip("@").lower()


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    return an_object(parsed(checked(answer).body))


def listed(answer: Answer, name: str) -> list[Mapping[str, Any]]:
    return objects(told(answer).get(name))


def gone(answer: Answer) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status in GONE


def checked(answer: Answer) -> HttpAnswer:
    """A good answer. A refusal is about the key only where it says so: a closed topic answers 403 as well."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The forum answered with something that is not HTTP.")
    words = _words(answer.body)
    match answer.status:
        case 200 | 201:
            return answer
        case 401:
            raise Reauthorise(KEY_REFUSED)
        case 403 if "api" in words.lower() or (answer.asked.partition("?")[0].endswith("posts.json") and not words):
            raise Reauthorise(KEY_REFUSED)
        case 429:
            raise TryLater("The forum asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The forum has trouble of its own.")
        case status:
            raise Refused(f"The forum refused it (HTTP {status}). {words}".strip())


def _signed_in(settings: Mapping[str, Any]) -> dict[str, str]:
    if not has_key(settings):
        return {}
    return {"Api-Key": addresses.token(settings, "api_key"), "Api-Username": "".join(own_name(settings).split())}


def _words(body: bytes) -> str:
    """The forum's own words, where it says any."""
    try:
        errors = json.loads(body)["errors"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return " ".join(map(str, errors))[:300] if isinstance(errors, list) else str(errors)[:300]


def _seconds(answer: HttpAnswer) -> float:
    """Discourse says it in a header, and again in the body."""
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else 60.0
