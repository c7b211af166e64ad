"""Letting the house into a mailbox on the provider's own page (RFC 6749, 4.1, with PKCE, RFC 7636), as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import oauth
from answerable.channels.contract import Unsupported
from answerable.channels.contract_authorising import Authorised
from answerable.channels.email import presets
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
    more = {"login_hint": str(settings.get("address") or ""), **OFFLINE}
    told = {"redirect": redirect, "state": state, "challenge": challenge, "scope": preset.scope}
    return oauth.page(preset.page, presets.client(settings), **told, **more)


def exchange(code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
    """Ask for the tokens. A code serves once, so this is not repeated."""
    return oauth.exchange(presets.client(settings), code=code, redirect=redirect, verifier=verifier)


def authorised(answer: Answer) -> Authorised:
    return oauth.authorised(answer, "oauth_refresh_token")
