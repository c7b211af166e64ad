"""What connectors of the Graph do alike: take signed pushes, count calls, sign in; and what those of a page do beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from answerable.channels.common.meta import graph, hooks, sending, signing_in, usage
from answerable.channels.contract import Allowance, Audience, Reply
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, Call, HttpCall


class OnTheGraph:
    """`rights` are the permissions that one signs in with; `kept_as` is the setting that the token then becomes."""

    rights: ClassVar[tuple[str, ...]]
    kept_as: ClassVar[str]

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        hooks.verify(body, headers, settings)

    def challenge(self, query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        return hooks.challenge(query, settings)

    def bucket(self, call: Call) -> str:
        """All calls for a page, an account or a number are counted in one."""
        return ""

    def allowance(self, answer: Answer) -> Allowance | None:
        return usage.allowance(answer)

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        return signing_in.authorise_at(redirect, state, settings, self.rights)

    def exchange(self, code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
        return signing_in.exchange(code, redirect, settings)

    def authorised(self, answer: Answer) -> Authorised:
        return signing_in.authorised(answer, self.kept_as)


class OfAPage(OnTheGraph):
    """Of a page, or of an account that is linked to one: what is called is called in the name of the page.

    `page_setting` is the setting that holds the number of the page.
    """

    kept_as = "user_token"
    page_setting: ClassVar[str]

    def addressees(self, body: bytes) -> tuple[str, ...]:
        return hooks.addressees(body)

    def closes_after(self, audience: Audience, in_reply_to: str, settings: Mapping[str, Any]) -> timedelta | None:
        return sending.closes_after(audience, in_reply_to, settings)

    def receipt(self, answer: Answer) -> str:
        return sending.receipt(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return sending.own_id(reply)

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return sending.take_back(external_id, settings)

    def taken_back(self, answer: Answer) -> None:
        sending.taken_back(answer)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        return graph.file(piece_reference)

    def fetched(self, answer: Answer) -> bytes | str:
        return graph.file_of(answer)

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall | None:
        return signing_in.page_token(str(settings.get(self.page_setting) or ""), settings)

    def renewed(self, answer: Answer) -> Access:
        return signing_in.page_token_of(answer)
