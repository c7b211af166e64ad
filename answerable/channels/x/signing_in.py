"""Letting the house in by browser, and renewing that (docs.x.com: “OAuth 2.0 Authorization Code Flow with PKCE”).

An access token of X lasts two hours, and each renewal gives a new refresh token in place of the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import oauth
from answerable.channels.common.addresses import server, token

API, PAGE = "https://api.x.com", "https://x.com/i/oauth2/authorize"
RIGHTS = "tweet.read tweet.write users.read dm.read dm.write media.write offline.access"


def authorise_at(redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
    at = server(settings)
    page = PAGE if at == API else f"{at}/i/oauth2/authorize"
    return oauth.page(page, client(settings), redirect=redirect, state=state, challenge=challenge, scope=RIGHTS)


def client(settings: Mapping[str, Any]) -> oauth.Client:
    name, secret = token(settings, "client_id"), token(settings, "client_secret")
    return oauth.Client(f"{server(settings)}/2/oauth2/token", name, secret, by_header=True)
