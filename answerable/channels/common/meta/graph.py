"""Requests to the Graph API, and what its answers mean. Source: Graph API, "Secure Graph API calls" and "Handle errors"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from answerable.channels.common import addresses
from answerable.channels.common.meta import errors
from answerable.channels.common.objects import an_object, parsed
from answerable.channels.common.signatures import signature
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

NO_GRAPH = "The network answered with something that is not the Graph API."


def call(
    method: str,
    path: str,
    settings: Mapping[str, Any],
    *,
    asked: Mapping[str, str] | None = None,
    body: bytes = b"",
    content: str = "application/json",
) -> HttpCall:
    """Only questions may be asked twice. A call proves that it comes from the app, where its secret is known."""
    proof = {"appsecret_proof": made} if (made := proof_of(settings)) else {}
    query = urlencode({**(asked or {}), **proof})
    return HttpCall(
        method,
        f"{addresses.server(settings)}/{version(settings)}/{path}" + (f"?{query}" if query else ""),
        headers={"Accept": "application/json", **({"Content-Type": content} if body else {})},
        secret_headers={"Authorization": f"Bearer {token(settings)}"},
        body=body,
        repeatable=method == "GET",
    )


def segment(value: str) -> str:
    """An id as one part of a path."""
    return quote(value, safe="")


def version(settings: Mapping[str, Any]) -> str:
    return segment(str(settings.get("version") or "v23.0").strip())


def token(settings: Mapping[str, Any]) -> str:
    """The one that the house renewed, else the one that was typed in."""
    tokens = (addresses.token(settings, name) for name in ("access_token", "page_token", "system_token"))
    return next(filter(None, tokens), "")


def proof_of(settings: Mapping[str, Any]) -> str:
    """The token's HMAC-SHA-256 by the secret of the app."""
    secret = str(settings.get("app_secret") or "")
    return signature(secret, token(settings).encode()) if secret else ""


def told(answer: Answer, *, asking: bool = False) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means.

    `asking` is true for a question of ours: a right that is missing there is missing for the whole source. An answer
    without words of the Graph's own leaves open what became of a request.
    """
    if not isinstance(answer, HttpAnswer):
        raise Unreadable(NO_GRAPH)
    value = _parsed(answer)
    if isinstance(value.get("error"), dict):
        raise errors.decision(value["error"], asking=asking)
    if answer.status == 401:
        raise Reauthorise("The network no longer accepts our access token. Connect it again.")
    if answer.status == 429 or (asking and answer.status >= 500):
        raise TryLater("The network asks us to wait, or has trouble of its own.")
    if not 200 <= answer.status < 300:
        raise Unreadable(f"The network answered HTTP {answer.status} without saying why.")
    return value


def named(told: Mapping[str, Any], field: str = "id") -> str:
    """The id of what was made. Raises `Unreadable` for what has none."""
    found = told.get(field)
    if not isinstance(found, str) or not found:
        raise Unreadable(NO_GRAPH)
    return found


def is_gone(answer: Answer) -> bool:
    """The network says for certain that this is not there, or no longer for us."""
    if not isinstance(answer, HttpAnswer) or answer.status < 400:
        return False
    error = _parsed(answer).get("error")
    return isinstance(error, dict) and errors.is_gone(error)


def file(address: str) -> HttpCall:
    """Fetch a file from where the network put it. The address is a secret of its own; no token goes with it."""
    if not address.startswith(("https://", "http://")):
        raise Unsupported("This file has no web address.")
    return HttpCall("GET", address, repeatable=True)


def file_of(answer: Answer) -> bytes:
    """Raises `Refused` for a file that is no longer there."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable(NO_GRAPH)
    if answer.status == 429 or answer.status >= 500:
        raise TryLater("The network asks us to wait, or has trouble of its own.")
    if answer.status != 200:
        raise Refused(f"The network does not give this file (HTTP {answer.status}).")
    return answer.body


def _parsed(answer: HttpAnswer) -> Mapping[str, Any]:
    """An answer that failed may say nothing; one that succeeded says an object."""
    try:
        return an_object(parsed(answer.body))
    except Unreadable:
        if answer.status >= 400:
            return {}
        raise
