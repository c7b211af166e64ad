"""Asking the square's server, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall


def stamped(stamp: str, body: bytes) -> bytes:
    """What the square signs of a delivery: its time and its body."""
    return stamp.encode() + b"." + body


def canonical(value: Mapping[str, Any]) -> bytes:
    """The same value always makes the same bytes, so that a push and a poll of one post are one envelope."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def call_of(
    method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"", key: str = "", repeatable: bool = False
) -> HttpCall:
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": quote(key, safe="")} if key else {})}
    return HttpCall(
        method,
        f"{settings['house_url']}/square/{settings['slug']}/api/{path}",
        headers=headers,
        secret_headers={"Authorization": f"Bearer {settings.get('token_key') or ''}"},
        body=body,
        repeatable=repeatable,
    )


def told(answer: Answer) -> Mapping[str, Any]:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The square answered with something that is not HTTP.")
    match answer.status:
        case 200 | 201:
            return _parsed(answer.body)
        case 401 | 403:
            raise Reauthorise("The square no longer accepts our key. The source is paused; connect it again.")
        case 429:
            raise TryLater("The square asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The square has trouble of its own.")
        case status:
            raise Refused(f"The square refused it (HTTP {status}).")


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isdecimal() else 60.0


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise Unreadable("The square answered with something that is not JSON.") from error
    if not isinstance(told, dict):
        raise Unreadable("The square answered with something else than an object.")
    return told
