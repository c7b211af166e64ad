"""The part of a connector that signs in by browser (OAuth 2.0 with a code) and renews its access by what it was given then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import addresses, oauth
from answerable.channels.contract import Setting
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpCall

REFRESH_TOKEN = Setting(
    "refresh_token",
    "Refresh token",
    secret=True,
    required=False,
    hint="You get it by signing in with your browser on the page of the source.",
    rarely=True,
)


class SignsIn:
    """A connector says who asks, and where (`client`); the page to open is its network's own."""

    def client(self, settings: Mapping[str, Any]) -> oauth.Client:
        raise NotImplementedError

    def exchange(self, code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
        return oauth.exchange(self.client(settings), code=code, redirect=redirect, verifier=verifier)

    def authorised(self, answer: Answer) -> Authorised:
        return oauth.authorised(answer)

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall:
        """Raises `Reauthorise` for a source that nobody let in yet."""
        return oauth.renewal(self.client(settings), refresh_token=addresses.token(settings, "refresh_token"))

    def renewed(self, answer: Answer) -> Access:
        return oauth.access(answer)
