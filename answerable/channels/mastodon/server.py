"""Requests to a server and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

GONE = frozenset({404, 410})


def call(method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"", key: str = "") -> HttpCall:
    """Only questions may be asked twice. Raises `Unsupported` for a server that has no web address."""
    server = str(settings.get("server") or "").strip().rstrip("/")
    if not server.startswith(("https://", "http://")) or set(server) & set(" \r\n\t\0?#"):
        raise Unsupported("The web address of the server does not begin with https://. Nothing was sent; mend it.")
    headers = {"Accept": "application/json"}
    headers |= {"Content-Type": "application/json"} if body else {}
    headers |= {"Idempotency-Key": key} if key else {}
    token = "".join(str(settings.get("access_token") or "").split())
    return HttpCall(
        method,
        server + path,
        headers=headers,
        secret_headers={"Authorization": f"Bearer {token}"},
        body=body,
        repeatable=method == "GET",
    )


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    value = _value(answer)
    if not isinstance(value, dict):
        raise Unreadable("The server answered with something else than an object.")
    return value


def listed(answer: Answer, name: str = "") -> list[Mapping[str, Any]]:
    """The objects in an answer: a list, or one under `name`. Raises what the answer means."""
    return objects(told(answer).get(name) if name else _value(answer))


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Raises `Unreadable` for what is no list of objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Unreadable("The server answered with something else than a list of posts.")
    return value


def gone(answer: Answer) -> bool:
    """The server says for certain that this is not there, or no longer for us."""
    return isinstance(answer, HttpAnswer) and answer.status in GONE


def _value(answer: Answer) -> Any:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The server answered with something that is not HTTP.")
    match answer.status:
        case 200 | 202:
            return _parsed(answer.body)
        case 401 | 403:
            raise Reauthorise("The server no longer accepts our access token, or it lacks a right. Make a new one.")
        case 429:
            raise TryLater("The server asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The server has trouble of its own.")
        case status:
            raise Refused(f"The server refused it (HTTP {status}). {_reason(answer.body)}".strip())


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The server answered with something that is not JSON.") from error


def _reason(body: bytes) -> str:
    """The server's own words, where it says any."""
    try:
        words = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return str(words)[:300]


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else 60.0
