"""Requests to a personal data server (XRPC) and what its answers mean.

https://docs.bsky.app/docs/api, https://atproto.com/specs/xrpc.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from answerable.channels.bluesky import session
from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, canonical, parsed, word
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

# "Service proxying": the data server passes private messages on to the service that keeps them.
CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
_STALE = frozenset({"ExpiredToken", "InvalidToken"})
_SIGN_IN = frozenset({"AuthMissing", "AuthenticationRequired", "AccountTakedown", "AccountDeactivated"})


def ask(method: str, settings: Mapping[str, Any], asked: Any, *, headers: Mapping[str, str] | None = None) -> HttpCall:
    """A question (GET). `asked` is what `urlencode` takes."""
    url = f"{addresses.server(settings)}/xrpc/{method}?{urlencode(asked, doseq=True)}"
    return HttpCall("GET", url, headers or {}, _token(settings), repeatable=True)


def tell(
    method: str,
    settings: Mapping[str, Any],
    told: Mapping[str, Any] | bytes,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> HttpCall:
    """A procedure (POST)."""
    body = told if isinstance(told, bytes) else canonical(told)
    url = f"{addresses.server(settings)}/xrpc/{method}"
    return HttpCall("POST", url, {"Content-Type": media_type, **(headers or {})}, _token(settings), body=body)


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The server answered with something that is not HTTP.")
    if answer.status == 200:
        return an_object(parsed(answer.body))
    name = word(answer.body, "error")
    if answer.status == 429:
        raise TryLater("The server asks us to wait.", session.seconds_left(answer.headers))
    if answer.status >= 500 or answer.status < 300:
        raise TryLater("The server has trouble of its own.")
    if name in _STALE:
        raise TryLater("The session ended before its time. A new one is begun.")
    if answer.status in {401, 403} or name in _SIGN_IN:
        raise Reauthorise("The server no longer accepts our app password, or it lacks a right. Make a new one.")
    raise Refused(f"The server refused it (HTTP {answer.status}). {name} {word(answer.body, 'message')}".strip())


def ended_early(answer: Answer) -> bool:
    """Was it refused because the session ended before its time?"""
    return isinstance(answer, HttpAnswer) and answer.status in {400, 401} and word(answer.body, "error") in _STALE


def _token(settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {addresses.token(settings)}"}
