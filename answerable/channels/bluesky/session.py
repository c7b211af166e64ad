"""A session: begun with an app password, known by its token, counted in its answers.

com.atproto.server.createSession. The token is a JWT whose `sub` is our own DID: the name that never changes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import canonical, word
from answerable.channels.contract import Allowance, Reauthorise, TryLater
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

LASTS = 3600


def begin(settings: Mapping[str, Any]) -> HttpCall:
    """Ask for a session."""
    words = {"identifier": handle(settings), "password": str(settings.get("app_password") or "").strip()}
    return HttpCall(
        "POST",
        f"{addresses.server(settings)}/xrpc/com.atproto.server.createSession",
        {"Content-Type": "application/json"},
        body=canonical(words),
    )


def begun(answer: Answer) -> Access:
    """Raises `Reauthorise` where only a person can help, else `TryLater`."""
    if not isinstance(answer, HttpAnswer) or answer.status >= 500:
        raise TryLater("The server begins no session now.")
    if answer.status == 429:
        raise TryLater("The server asks us to wait with the next session.", seconds_left(answer.headers))
    if answer.status != 200:
        raise Reauthorise(f"The server does not accept the app password. {word(answer.body, 'message')}".strip())
    token = word(answer.body, "accessJwt", at_most=10_000)
    claims = _claims(token)
    if not token or not str(claims.get("sub", "")).startswith("did:"):
        raise TryLater("The server answered with something that is no session.")
    ends, began = claims.get("exp"), claims.get("iat")
    lasts = ends - began if isinstance(ends, int) and isinstance(began, int) else LASTS
    return Access(token, min(max(lasts, 60), 24 * 3600))


def did(settings: Mapping[str, Any]) -> str:
    """Our own DID; empty before the first session."""
    return str(_claims(addresses.token(settings)).get("sub") or "")


def handle(settings: Mapping[str, Any]) -> str:
    return str(settings.get("address") or "").strip().lstrip("@").lower()


def allowance(answer: Answer) -> Allowance | None:
    """`ratelimit-*` (https://docs.bsky.app/docs/advanced-guides/rate-limits); the reset is in seconds since 1970."""
    if not isinstance(answer, HttpAnswer):
        return None
    left, most, reset = (answer.headers.get(f"ratelimit-{name}", "") for name in ("remaining", "limit", "reset"))
    try:
        return Allowance(min(int(left), int(most)), int(most), datetime.fromtimestamp(int(reset), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def seconds_left(headers: Mapping[str, str]) -> float:
    """Until the count begins anew, by the other side's own clock."""
    try:
        renews_at = int(headers.get("ratelimit-reset", ""))
        return max(1.0, renews_at - parsedate_to_datetime(headers.get("date", "")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return 60.0


def _claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself. Its signature is the server's business."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
