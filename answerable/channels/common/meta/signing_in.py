"""Signing in by browser, and the token of a page that comes of it.

Source: "Manually build a login flow" and "Facebook Login for Business". The secret of the app stands for the proof key: the
dialog takes none. A configuration that asks for a token of a system user without an end needs no person again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common import addresses
from answerable.channels.common.meta import graph
from answerable.channels.contract import ConnectorError, Reauthorise, Refused, TryLater, Unreadable
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpCall

GRAPH, DIALOG = "https://graph.facebook.com", "https://www.facebook.com"
# The token of a page has no end of its own; it is asked for anew each day, so that a sign-in that was taken back is noticed.
A_DAY = 24 * 60 * 60
FORM = "application/x-www-form-urlencoded"


def authorise_at(redirect: str, state: str, settings: Mapping[str, Any], rights: Sequence[str]) -> str:
    """The dialog: by a configuration of the app where there is one, else by the rights themselves."""
    server = addresses.server(settings)
    configured = str(settings.get("config_id") or "").strip()
    asked = {"config_id": configured} if configured else {"scope": ",".join(rights)}
    told = {"client_id": _app(settings), "redirect_uri": redirect, "state": state, "response_type": "code", **asked}
    return f"{DIALOG if server == GRAPH else server}/{graph.version(settings)}/dialog/oauth?{urlencode(told)}"


def exchange(code: str, redirect: str, settings: Mapping[str, Any]) -> HttpCall:
    """The secret and the code stand in the body, which no log shows."""
    told = {
        "client_id": _app(settings),
        "client_secret": str(settings.get("app_secret") or ""),
        "redirect_uri": redirect,
        "code": code,
    }
    address = f"{addresses.server(settings)}/{graph.version(settings)}/oauth/access_token"
    return HttpCall("POST", address, headers={"Content-Type": FORM}, body=urlencode(told).encode(), repeatable=False)


def authorised(answer: Answer, name: str = "user_token") -> Authorised:
    """Raises `Reauthorise` for a code that was used or is too old."""
    try:
        told = graph.told(answer)
        token, lasts = graph.named(told, "access_token"), told.get("expires_in")
    except (TryLater, Reauthorise):
        raise
    except (Refused, Unreadable) as error:
        raise Reauthorise("The sign-in at Meta was not completed. Nothing was changed; begin it anew.") from error
    return Authorised({name: token}, lasts if isinstance(lasts, int) and lasts > 0 else None)


def page_token(page: str, settings: Mapping[str, Any]) -> HttpCall | None:
    """Ask for the page's own token; None for a source whose token was typed in."""
    signed_in = str(settings.get("user_token") or "")
    if not signed_in:
        return None
    known = {**settings, "access_token": signed_in}
    return graph.call("GET", graph.segment(page), known, asked={"fields": "access_token"})


def page_token_of(answer: Answer) -> Access:
    """Raises `Reauthorise` where the person who signed in no longer may give it, else `TryLater`."""
    try:
        return Access(graph.named(graph.told(answer, asking=True), "access_token"), A_DAY)
    except TryLater:
        raise
    except ConnectorError as error:
        raise Reauthorise("Meta no longer gives us a token for this account. Sign in again.") from error


def _app(settings: Mapping[str, Any]) -> str:
    return str(settings.get("app_id") or "").strip()
