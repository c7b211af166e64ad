"""Signing in by browser, getting and renewing an access token (RFC 6749, RFC 7636), as values: requests, and what answers mean."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from answerable.channels.contract import ConnectorError, Reauthorise, TryLater
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

# Seconds. RFC 6749 5.1 only recommends to say how long a token lasts; what is not said is taken to be short.
UNSAID = 300
LATER = 300.0
_CODE = re.compile(r"[a-z_]{1,40}")
_FIGURES = re.compile(r"[0-9]{1,6}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_GRANT = (
    "The provider no longer accepts the authorisation of this source (%(code)s). What comes meanwhile stays there, "
    "drafts and answers wait here. Authorise it anew and enter the new refresh token in the settings of the source."
)
_CLIENT = (
    "The provider does not accept the client id and secret of this source (%(code)s): perhaps the secret ran out. What "
    "comes meanwhile stays there, answers wait here. Enter a new secret in the settings of the source."
)
_OTHER = (
    "The provider refuses to renew the authorisation of this source (%(code)s). What comes meanwhile stays there, "
    "answers wait here. Check client id, scope and token address in the settings of the source."
)
SENTENCES = {"invalid_grant": _GRANT, "interaction_required": _GRANT, "consent_required": _GRANT}
SENTENCES |= {"invalid_client": _CLIENT, "unauthorized_client": _CLIENT}


@dataclass(frozen=True)
class Client:
    """Who asks, and where. With `by_header` the secret goes as RFC 6749 2.3.1 likes it best; without one none is sent."""

    endpoint: str
    name: str
    secret: str = field(default="", repr=False)
    by_header: bool = False


def page(at: str, client: Client, *, redirect: str, state: str, challenge: str, scope: str, **more: str) -> str:
    """The address of the network's own page, on which a person lets the house in (RFC 6749, 4.1.1)."""
    asked = {
        "response_type": "code",
        "client_id": client.name,
        "redirect_uri": redirect,
        "scope": scope,
        "state": state,
    }
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256", **more}
    mark = "&" if urlsplit(at).query else "?"
    return f"{at}{mark}{urlencode({name: value for name, value in asked.items() if value})}"


def authorised(answer: Answer, name: str = "refresh_token") -> Authorised:
    """The refresh token, under the name of its setting: with it the house renews by itself, so no end is known.

    Raises `Reauthorise` where none was given, and what `access` raises.
    """
    refresh = access(answer).refresh
    if not refresh:
        raise Reauthorise(
            "The provider gave no lasting key (no refresh token). Allow access offline there, and begin anew."
        )
    return Authorised({name: refresh})


def renewal(client: Client, *, refresh_token: str, scope: str = "") -> HttpCall:
    """Ask for a new access token.

    Not repeatable: a server that gives a new refresh token each time takes the old one, used twice, for stolen
    (RFC 9700, section 4.14.2). Raises `Reauthorise` where secrets would travel in the clear.
    """
    if not refresh_token:
        raise Reauthorise(
            "Nobody has signed in for this source yet. Nothing was sent. Sign in on the page of the source."
        )
    return _ask(client, {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope})


def exchange(client: Client, *, code: str, redirect: str, verifier: str) -> HttpCall:
    """Ask for the first tokens behind a code (RFC 6749, section 4.1.3; RFC 7636). Not repeatable: a code is good once."""
    told = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    return _ask(client, told)


def is_safe(address: str) -> bool:
    """Secrets travel encrypted, or not out of this machine."""
    where = urlsplit(address)
    return where.scheme == "https" or where.hostname in _LOOPBACK


def _ask(client: Client, told: Mapping[str, str]) -> HttpCall:
    if not is_safe(client.endpoint):
        raise Reauthorise("The token address must begin with https://. Nothing was sent. Correct it in the settings.")
    known = {"client_id": client.name, "client_secret": "" if client.by_header else client.secret}
    form = {name: value for name, value in {**told, **known}.items() if value}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    signed = {"Authorization": f"Basic {_basic(client)}"} if client.by_header and client.secret else {}
    return HttpCall("POST", client.endpoint, headers, signed, body=urlencode(form).encode())


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
    """Whatever was answered, nothing of ours was on its way: never an unknown outcome of an answer."""
    sentence = f"The provider’s answer to renewing the authorisation cannot be read ({what}). It is tried again later."
    return TryLater(sentence, LATER)


def _seconds(lasts: object) -> int:
    """Some providers write the number in quotes."""
    try:
        return max(0, int(str(lasts)))
    except ValueError:
        return UNSAID


def _basic(client: Client) -> str:
    return b64encode(f"{quote(client.name, safe='')}:{quote(client.secret, safe='')}".encode()).decode()
