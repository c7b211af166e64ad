"""Renewing an access token (RFC 6749, section 6), as values: the request, and what the answer means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from answerable.channels.contract import ConnectorError, Reauthorise, TryLater
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

# Seconds. RFC 6749 5.1 only recommends to say how long a token lasts; what is not said is taken to be short.
UNSAID = 300
LATER = 300.0
_CODE = re.compile(r"[a-z_]{1,40}")
_FIGURES = re.compile(r"[0-9]{1,6}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_GRANT = (
    "The provider no longer accepts the authorisation of this mailbox (%(code)s). Mail that comes meanwhile stays there, "
    "drafts and answers wait here. Authorise it anew and enter the new refresh token in the settings of the source."
)
_CLIENT = (
    "The provider does not accept the client id and secret of this mailbox (%(code)s): perhaps the secret ran out. Mail "
    "that comes meanwhile stays there, answers wait here. Enter a new secret in the settings of the source."
)
_OTHER = (
    "The provider refuses to renew the authorisation of this mailbox (%(code)s). Mail that comes meanwhile stays there, "
    "answers wait here. Check client id, scope and token address in the settings of the source."
)
SENTENCES = {"invalid_grant": _GRANT, "interaction_required": _GRANT, "consent_required": _GRANT}
SENTENCES |= {"invalid_client": _CLIENT, "unauthorized_client": _CLIENT}


def renewal(*, endpoint: str, client_id: str, client_secret: str, refresh_token: str, scope: str) -> HttpCall:
    """Ask for a new access token. A client without a secret sends none.

    Not repeatable: a server that gives a new refresh token each time takes the old one, used twice, for stolen
    (RFC 9700, section 4.14.2). Raises `Reauthorise` where secrets would travel in the clear.
    """
    if not refresh_token:
        raise Reauthorise(
            "Nobody has signed in to this mailbox yet. Nothing was sent. Sign in on the page of the source."
        )
    given = {"client_id": client_id, "client_secret": client_secret, "refresh_token": refresh_token, "scope": scope}
    return asked(endpoint, {"grant_type": "refresh_token", **given})


def is_safe(address: str) -> bool:
    """Secrets travel encrypted, or not out of this machine."""
    where = urlsplit(address)
    return where.scheme == "https" or where.hostname in _LOOPBACK


def asked(endpoint: str, given: Mapping[str, str]) -> HttpCall:
    """One question to the token address. Raises `Reauthorise` where secrets would travel in the clear."""
    if not is_safe(endpoint):
        raise Reauthorise("The token address must begin with https://. Nothing was sent. Correct it in the settings.")
    form = {name: value for name, value in given.items() if value}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return HttpCall("POST", endpoint, headers, body=urlencode(form).encode())


def access(answer: Answer) -> Access:
    """The new token. Raises `Reauthorise` where only a person can help, `TryLater` where time does."""
    if not isinstance(answer, HttpAnswer):
        raise _unclear("an answer")
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(
            f"The provider cannot renew the authorisation now ({answer.status}). It is tried again.",
            _wait(answer),
        )
    said = _said(answer)
    if answer.status != 200:
        raise _refusal(answer.status, said)
    token, lasts = said.get("access_token"), said.get("expires_in")
    if not isinstance(token, str) or not token or not token.isprintable():
        raise _unclear("no token")
    rotated = said.get("refresh_token")
    return Access(token, _seconds(lasts), rotated if isinstance(rotated, str) else "")


def _wait(answer: HttpAnswer) -> float:
    """A date (RFC 9110 10.2.3) needs a clock, which a connector has not; the wire keeps to it anyway."""
    said = answer.headers.get("retry-after", "").strip()
    return float(said) if _FIGURES.fullmatch(said) else LATER


def _said(answer: HttpAnswer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _unclear(str(answer.status))
    return said


def _refusal(status: int, said: dict[str, Any]) -> ConnectorError:
    """By the code alone: the provider's longer description may name a person."""
    code = said.get("error")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return _unclear(str(status))
    if code == "temporarily_unavailable":
        return TryLater("The provider cannot renew the authorisation now. It is tried again.", LATER)
    return Reauthorise(SENTENCES.get(code, _OTHER), code=code)


def _unclear(what: str) -> TryLater:
    """Whatever was answered, no mail was on its way: never an unknown outcome of one."""
    sentence = f"The provider’s answer to renewing the authorisation cannot be read ({what}). It is tried again later."
    return TryLater(sentence, LATER)


def _seconds(lasts: object) -> int:
    """Some providers write the number in quotes."""
    try:
        return max(0, int(str(lasts)))
    except ValueError:
        return UNSAID
