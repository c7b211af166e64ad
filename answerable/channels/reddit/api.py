"""Requests to Reddit and what its answers mean. Source: "Reddit API documentation" and the wiki page "OAuth2"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, objects, parsed, word
from answerable.channels.contract import Allowance, Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

FORM = "application/x-www-form-urlencoded"
WAIT = frozenset({"RATELIMIT", "SUBMIT_VALIDATION_BODY_NOT_READY"})


def call(method: str, path: str, settings: Mapping[str, Any], *, form: Mapping[str, str] | None = None) -> HttpCall:
    """Reddit asks every program to name itself and its account. Only questions may be asked twice."""
    name = "".join(each for each in own_name(settings) if each.isalnum() or each in "_-")
    headers = {"Accept": "application/json", "User-Agent": f"web:answerable:v1 (by /u/{name})"}
    return HttpCall(
        method,
        addresses.server(settings, "server") + path,
        headers={**headers, **({"Content-Type": FORM} if form else {})},
        secret_headers={"Authorization": f"Bearer {addresses.token(settings)}"},
        body=urlencode({"api_type": "json", **form}).encode() if form else b"",
        repeatable=method == "GET",
    )


def own_name(settings: Mapping[str, Any]) -> str:
    return str(settings.get("username") or "").strip().removeprefix("/").removeprefix("u/").lower()


def listing(answer: Answer) -> list[Mapping[str, Any]]:
    """The things of a listing, each with its `kind` and `data`. Raises what the answer means."""
    return children(value(answer))


def children(told: Any) -> list[Mapping[str, Any]]:
    return objects(an_object(an_object(told).get("data")).get("children"))


def done(answer: Answer) -> Mapping[str, Any]:
    """What a change gave. Reddit says 200 also when it refuses; then its errors say why."""
    told = an_object(an_object(value(answer)).get("json"))
    errors = told.get("errors") or []
    if not isinstance(errors, list):
        raise Unreadable("Reddit answered with something that cannot be read.")
    for error in errors:
        code, words = (str(error[0]), str(error[1])) if isinstance(error, list) and len(error) > 1 else ("", str(error))
        if code in WAIT:
            raise TryLater(f"Reddit asks us to wait. {words[:300]}", _seconds(told.get("ratelimit"), 600.0))
        raise Refused(f"Reddit refused it. {words[:300]}")
    return told


def value(answer: Answer) -> Any:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Reddit answered with something that is not HTTP.")
    match answer.status:
        case 200:
            return parsed(answer.body)
        case 401:
            raise Reauthorise("Reddit no longer accepts our authorisation. Sign in again.")
        case 429:
            raise TryLater("Reddit asks us to wait.", _seconds(answer.headers.get("x-ratelimit-reset"), 60.0))
        case status if status >= 500:
            raise TryLater("Reddit has trouble of its own.")
        case status:
            raise Refused(f"Reddit refused it (HTTP {status}). {word(answer.body, 'message')}".strip())


def allowance(answer: Answer) -> Allowance | None:
    """Reddit says how many calls are left, how many were made, and in how many seconds it counts anew."""
    if not isinstance(answer, HttpAnswer):
        return None
    try:
        left, used, reset = (float(answer.headers[f"x-ratelimit-{name}"]) for name in ("remaining", "used", "reset"))
        renews_at = parsedate_to_datetime(answer.headers["date"]) + timedelta(seconds=reset)
        most = int(left + used)
        return Allowance(min(max(0, int(left)), most), most, renews_at)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _seconds(given: Any, otherwise: float) -> float:
    try:
        return max(1.0, min(float(given), 3600.0))
    except (TypeError, ValueError):
        return otherwise
