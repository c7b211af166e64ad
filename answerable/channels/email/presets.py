"""Providers whose mailboxes are opened with a token instead of a password: their addresses, as they publish them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from answerable.channels.email import oauth
from answerable.core.wire.calls import HttpCall

PASSWORD, MICROSOFT, GOOGLE, OTHER = "password", "microsoft", "google", "oauth"
BY_TOKEN = (MICROSOFT, GOOGLE, OTHER)


@dataclass(frozen=True)
class Preset:
    """`endpoint` gives tokens (RFC 6749, section 3.2); `scope` lets one read over IMAP and send over SMTP."""

    endpoint: str
    scope: str
    imap_host: str


PRESETS: Mapping[str, Preset] = {
    # https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
    MICROSOFT: Preset(
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        "outlook.office365.com",
    ),
    # https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
    GOOGLE: Preset("https://oauth2.googleapis.com/token", "https://mail.google.com/", "imap.gmail.com"),
}


def renewal(settings: Mapping[str, Any]) -> HttpCall | None:
    """Ask the provider for a new access token; None for a mailbox that signs in with a password."""
    how = str(settings.get("sign_in") or PASSWORD)
    if how not in BY_TOKEN:
        return None
    preset = PRESETS.get(how, Preset("", "", ""))
    given = {name: str(settings.get(f"oauth_{name}") or "") for name in ("client_id", "client_secret", "refresh_token")}
    return oauth.renewal(
        endpoint=str(settings.get("oauth_endpoint") or "") or preset.endpoint,
        scope=str(settings.get("oauth_scope") or "") or preset.scope,
        **given,
    )
