"""Providers whose mailboxes are opened with a token instead of a password: their addresses, as they publish them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from answerable.channels.common import oauth
from answerable.core.wire.calls import HttpCall

PASSWORD, MICROSOFT, GOOGLE, OTHER = "password", "microsoft", "google", "oauth"
BY_TOKEN = (MICROSOFT, GOOGLE, OTHER)


@dataclass(frozen=True)
class Preset:
    """`endpoint` gives tokens (RFC 6749, section 3.2); `scope` lets one read over IMAP and send over SMTP. `page` is where a
    person signs in (section 3.1).
    """

    endpoint: str
    scope: str
    imap_host: str
    page: str = ""


PRESETS: Mapping[str, Preset] = {
    # https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
    MICROSOFT: Preset(
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        "outlook.office365.com",
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
    ),
    # https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
    GOOGLE: Preset(
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        "imap.gmail.com",
        "https://accounts.google.com/o/oauth2/v2/auth",
    ),
}


def renewal(settings: Mapping[str, Any]) -> HttpCall | None:
    """Ask the provider for a new access token; None for a mailbox that signs in with a password."""
    how = str(settings.get("sign_in") or PASSWORD)
    if how not in BY_TOKEN:
        return None
    lasting = str(settings.get("oauth_refresh_token") or "")
    return oauth.renewal(client(settings), refresh_token=lasting, scope=of(settings).scope)


def client(settings: Mapping[str, Any]) -> oauth.Client:
    """The application that the organisation registered with the provider."""
    name, secret = (str(settings.get(f"oauth_client_{part}") or "") for part in ("id", "secret"))
    return oauth.Client(of(settings).endpoint, name, secret)


def of(settings: Mapping[str, Any]) -> Preset:
    """What the provider publishes, and what the settings say instead."""
    preset = PRESETS.get(str(settings.get("sign_in")), Preset("", "", ""))
    own = {name: str(settings.get(f"oauth_{name}") or "") for name in ("endpoint", "scope", "page")}
    return replace(preset, **{name: value for name, value in own.items() if value})
