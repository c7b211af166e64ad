"""Requests to a server and what its answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, objects, parsed, word
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

GONE = frozenset({404, 410})


def call(
    method: str,
    path: str,
    settings: Mapping[str, Any],
    *,
    body: bytes = b"",
    key: str = "",
    media_type: str = "application/json",
) -> HttpCall:
    """Only questions may be asked twice. Raises `Unsupported` for a server that has no web address."""
    headers = {"Accept": "application/json"}
    headers |= {"Content-Type": media_type} if body else {}
    headers |= {"Idempotency-Key": key} if key else {}
    return HttpCall(
        method,
        addresses.server(settings) + path,
        headers=headers,
        secret_headers={"Authorization": f"Bearer {addresses.token(settings)}"},
        body=body,
        repeatable=method == "GET",
    )


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    return an_object(parsed(accepted(answer).body))


def listed(answer: Answer, name: str = "") -> list[Mapping[str, Any]]:
    """The objects in an answer: a list, or one under `name`. Raises what the answer means."""
    return objects(told(answer).get(name) if name else parsed(accepted(answer).body))


def gone(answer: Answer) -> bool:
    """The server says for certain that this is not there, or no longer for us."""
    return isinstance(answer, HttpAnswer) and answer.status in GONE


def accepted(answer: Answer) -> HttpAnswer:
    """The answer, where the server did what was asked. Raises what else it means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The server answered with something that is not HTTP.")
    match answer.status:
        case 200 | 202:
            return answer
        case 401 | 403:
            raise Reauthorise("The server no longer accepts our access token, or it lacks a right. Make a new one.")
        case 429:
            raise TryLater("The server asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The server has trouble of its own.")
        case 422 if "finished processing" in word(answer.body, "error"):
            raise TryLater("The server is still busy with a file of this answer.", 10.0)
        case status:
            raise Refused(f"The server refused it (HTTP {status}). {word(answer.body, 'error')}".strip())


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else 60.0
