"""What Google's interfaces have in common: how one signs in, how a call looks, what a refusal means.

Sources: "Using OAuth 2.0 for Web Server Applications", "Standard error responses" (Google API documents).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common import addresses, oauth
from answerable.channels.common.objects import an_object, canonical, parsed
from answerable.channels.common.signing_in import REFRESH_TOKEN, SignsIn
from answerable.channels.contract import Reauthorise, Refused, Setting, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

SIGN_IN = "https://accounts.google.com/o/oauth2/v2/auth"
TOKENS = "https://oauth2.googleapis.com"
GONE = frozenset({404, 410})
TOO_MUCH = frozenset({"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
NO_RIGHT = frozenset({"authError", "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "UNAUTHENTICATED"})
A_WHILE = 3600.0
"""A quota is counted anew once a day, in California's night; asking each hour finds it soon enough."""


def settings(server: str) -> tuple[Setting, ...]:
    """Everybody brings an own application: the house belongs to no company that could register one for all."""
    return (
        Setting(
            "client_id",
            "Client id",
            hint="In the Google Cloud console: your project, APIs and services, Credentials, Create OAuth client id, “Web "
            "application”.",
        ),
        Setting("client_secret", "Client secret", secret=True, hint="Shown beside the client id."),
        REFRESH_TOKEN,
        Setting("server", "Address of the API", required=False, default=server, hint="Leave it as it is.", rarely=True),
        Setting(
            "sign_in", "Address that renews", required=False, default=TOKENS, hint="Leave it as it is.", rarely=True
        ),
    )


class SignsInWithGoogle(SignsIn):
    """`rights` are the scopes that one signs in with."""

    rights: str

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        """Google gives a lasting token only to who asks for it, and only when the person agrees anew."""
        told = {"redirect": redirect, "state": state, "challenge": challenge, "scope": self.rights}
        return oauth.page(SIGN_IN, self.client(settings), **told, access_type="offline", prompt="consent")

    def client(self, settings: Mapping[str, Any]) -> oauth.Client:
        where = str(settings.get("sign_in") or TOKENS).rstrip("/") + "/token"
        return oauth.Client(where, addresses.token(settings, "client_id"), addresses.token(settings, "client_secret"))


def call(
    method: str,
    path: str,
    settings: Mapping[str, Any],
    *,
    asked: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> HttpCall:
    """Only questions may be asked twice."""
    headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body is not None else {})}
    return HttpCall(
        method,
        f"{addresses.server(settings)}{path}{'?' + urlencode(asked) if asked else ''}",
        headers=headers,
        secret_headers={"Authorization": f"Bearer {addresses.token(settings)}"},
        body=canonical(body) if body is not None else b"",
        repeatable=method == "GET",
    )


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    return an_object(parsed(checked(answer).body))


def gone(answer: Answer) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status in GONE


def checked(answer: Answer) -> HttpAnswer:
    """A good answer. Of the refusals Google says with one status what is about us, about the quota, or about the thing."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Google answered with something that is not HTTP.")
    reasons, words = _reasons(answer.body)
    if answer.status == 429 or reasons & TOO_MUCH:
        raise TryLater("Google takes no more calls for now.", _seconds(answer))
    if answer.status == 401 or reasons & NO_RIGHT:
        raise Reauthorise("Google no longer accepts our authorisation, or it lacks a right. Sign in again.")
    match answer.status:
        case 200 | 201 | 204:
            return answer
        case status if status >= 500:
            raise TryLater("Google has trouble of its own.")
        case status:
            raise Refused(f"Google refused it (HTTP {status}). {words}".strip())


def _reasons(body: bytes) -> tuple[frozenset[str], str]:
    try:
        error = json.loads(body)["error"]
        several = [*(error.get("errors") or ()), *(error.get("details") or ())]
        reasons = [str(each.get("reason")) for each in several if isinstance(each, dict)]
        return frozenset([*reasons, str(error.get("status"))]), str(error.get("message") or "")[:300]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset(), ""


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else A_WHILE
