"""Letting the house into a mailbox on the provider's own page (RFC 6749, 4.1, with PKCE, RFC 7636), as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from answerable.channels.contract import Reauthorise, Unsupported
from answerable.channels.contract_authorising import Authorised
from answerable.channels.email import oauth, presets
from answerable.core.wire.calls import Answer, HttpCall

# Google gives a refresh token only to who asks for access offline, and again only to who asks for consent
# ("Using OAuth 2.0 for Web Server Applications"); others pass over what they do not know (RFC 6749, 3.1).
OFFLINE = {"access_type": "offline", "prompt": "consent"}


def page(redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
    """Raises `Unsupported` for a mailbox that signs in with a password, or whose provider's page nobody named."""
    how, preset = str(settings.get("sign_in") or presets.PASSWORD), presets.of(settings)
    client = str(settings.get("oauth_client_id") or "")
    if how not in presets.BY_TOKEN or not preset.page or not client:
        raise Unsupported("This mailbox is not signed in to by browser. Enter the refresh token in its settings.")
    if not oauth.is_safe(preset.page):
        raise Unsupported("The address of the sign-in page must begin with https://. Correct it in the settings.")
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": redirect,
        "scope": preset.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": str(settings.get("address") or ""),
        **OFFLINE,
    }
    mark = "&" if urlsplit(preset.page).query else "?"
    return f"{preset.page}{mark}{urlencode({name: value for name, value in asked.items() if value})}"


def exchange(code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
    """Ask for the tokens. A code serves once, so this is not repeated."""
    preset = presets.of(settings)
    given = {"code": code, "redirect_uri": redirect, "code_verifier": verifier}
    client = {name: str(settings.get(f"oauth_{name}") or "") for name in ("client_id", "client_secret")}
    return oauth.asked(preset.endpoint, {"grant_type": "authorization_code", **given, **client})


def authorised(answer: Answer) -> Authorised:
    """The refresh token; with it the house renews by itself, so no end is known. Raises what `oauth.access` raises."""
    refresh = oauth.access(answer).refresh
    if not refresh:
        raise Reauthorise(
            "The provider gave no lasting key (no refresh token). Allow access offline there, and begin anew."
        )
    return Authorised({"oauth_refresh_token": refresh})
