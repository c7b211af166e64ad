"""Requests to a home server and what its answers mean (Matrix Client-Server API, “API Standards”)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, canonical, parsed, word
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

API = "/_matrix/client/v3"
SIGNED_OUT = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})
LONGEST_WAIT = 3600.0


def call(
    method: str,
    path: str,
    settings: Mapping[str, Any],
    *,
    words: Mapping[str, Any] | None = None,
    timeout: float = 15.0,
) -> HttpCall:
    """Everything that is asked here may be asked twice: what changes something bears a transaction id, or is as it was."""
    return HttpCall(
        method,
        addresses.server(settings) + path,
        headers={"Accept": "application/json", **({} if words is None else {"Content-Type": "application/json"})},
        secret_headers=signed(settings),
        body=b"" if words is None else canonical(words),
        repeatable=True,
        timeout=timeout,
    )


def signed(settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {addresses.token(settings)}"}


def part(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    return an_object(parsed(accepted(answer).body))


def accepted(answer: Answer) -> HttpAnswer:
    """The answer, where the server did what was asked. Raises what else it means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The server answered with something that is not HTTP.")
    code = word(answer.body, "errcode")
    if answer.status == 401 or code in SIGNED_OUT:
        raise Reauthorise(
            "The home server no longer accepts our access token. Sign in there anew and copy the new one."
        )
    match answer.status:
        case 200:
            return answer
        case 429:
            raise TryLater("The home server asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The home server has trouble of its own.")
        case status:
            raise Refused(f"The home server refused it (HTTP {status}). {word(answer.body, 'error')}".strip())


def gone(answer: Answer) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status == 404 and word(answer.body, "errcode") == "M_NOT_FOUND"


def refused(answer: Answer) -> bool:
    """The server says for certain that this is not for us: we are not in the room, or there is none."""
    if not isinstance(answer, HttpAnswer) or answer.status in (401, 429):
        return False
    return 400 <= answer.status < 500 and word(answer.body, "errcode") not in SIGNED_OUT


def _seconds(answer: HttpAnswer) -> float:
    """`Retry-After`, and the older `retry_after_ms` of the body (“Rate limiting”)."""
    header, body = answer.headers.get("retry-after", ""), word(answer.body, "retry_after_ms", at_most=12)
    for given, unit in ((header, 1.0), (body, 1000.0)):
        if given.isascii() and given.isdecimal():
            return min(int(given) / unit, LONGEST_WAIT)
    return 60.0
