"""Requests to the API of X, and what its answers mean (docs.x.com: “Response codes”, “Rate limits”, “Errors”)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from answerable.channels.common.addresses import server, token
from answerable.channels.common.objects import an_object, canonical, parsed
from answerable.channels.contract import Allowance, Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall

QUARTER = 900.0
NO_CREDITS_FOR = 3600.0
NUMBER = re.compile(r"[0-9]{1,19}")
# Words of a refusal by which X says that it is the app or its rights, and not this one request.
OF_THE_APP = ("client-forbidden", "client-not-enrolled", "oauth1-permissions", "oauth2-permissions", "unsupported-auth")


def call(
    method: str,
    path: str,
    settings: Mapping[str, Any],
    *,
    asked: Mapping[str, str] | None = None,
    told: Mapping[str, Any] | None = None,
    as_app: bool = False,
) -> HttpCall:
    """As the account, or with the token of the app where X asks for that one. Only questions may be asked twice."""
    query = f"?{urlencode(asked)}" if asked else ""
    bearer = token(settings, "bearer_token" if as_app else "access_token")
    return HttpCall(
        method,
        f"{server(settings)}{path}{query}",
        headers={"Accept": "application/json"} | ({"Content-Type": "application/json"} if told is not None else {}),
        secret_headers={"Authorization": f"Bearer {bearer}"},
        body=canonical(told) if told is not None else b"",
        repeatable=method == "GET",
    )


def number(external_id: str) -> str:
    """An id as it stands in an address. Raises `Unsupported` for what is none."""
    if not NUMBER.fullmatch(external_id):
        raise Unsupported("This is not something that X can be asked after by a number.")
    return external_id


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("X answered with something that is not HTTP.")
    match answer.status:
        case 200 | 201:
            return an_object(parsed(answer.body))
        case 401:
            raise Reauthorise("X no longer accepts our authorisation. Authorise the source anew.")
        case 402:
            raise TryLater(
                "The credits of the account at X are used up. Buy more there; it goes on by itself.", NO_CREDITS_FOR
            )
        case 403 if any(each in _reason(answer.body) for each in OF_THE_APP):
            raise Reauthorise(f"X says that the app lacks a right. {reason(answer.body)} Authorise the source anew.")
        case 429:
            raise TryLater("X asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("X has trouble of its own.")
        case status:
            raise Refused(f"X refused it (HTTP {status}). {reason(answer.body)}".strip())


def data(answer: Answer) -> Mapping[str, Any]:
    """What stands under `data` as one object. Raises what the answer means."""
    return an_object(told(answer).get("data"))


def bucket(call: Call) -> str:
    """X counts each endpoint for itself (docs.x.com: “Rate limits”)."""
    if not isinstance(call, HttpCall):
        return ""
    version, *parts = urlsplit(call.url).path.removeprefix("/").split("/")
    named = ["{}" if NUMBER.fullmatch(part) else part for part in parts]
    return f"{call.method} /{'/'.join([version, *named])}"[:80]


def allowance(answer: Answer) -> Allowance | None:
    """The reset is a time of X, in seconds since 1970."""
    if not isinstance(answer, HttpAnswer):
        return None
    try:
        left, most, reset = (int(answer.headers[f"x-rate-limit-{name}"]) for name in ("remaining", "limit", "reset"))
        return Allowance(max(0, min(left, most)), max(0, most), datetime.fromtimestamp(reset, UTC))
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def reason(body: bytes) -> str:
    """The words of X itself, where it says any: a problem has a detail, an older error a message."""
    try:
        problem = parsed(body)
        first = problem["errors"][0] if isinstance(problem.get("errors"), list) and problem["errors"] else problem
        return str(problem.get("detail") or first.get("detail") or first.get("message") or problem.get("title") or "")[
            :300
        ]
    except (Unreadable, AttributeError, KeyError, TypeError, IndexError):
        return ""


def _reason(body: bytes) -> str:
    return body.decode(errors="replace").lower()


def _seconds(answer: HttpAnswer) -> float:
    """Its own words first; else what is left of the quarter of an hour in which X counts, at most."""
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else QUARTER
