"""An Instagram professional account as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from answerable.channels.common.meta import graph, hooks, sending, signing_in, usage
from answerable.channels.common.meta.settings import APP, SERVER, SIGN_IN
from answerable.channels.contract import (
    Allowance,
    Audience,
    Can,
    Family,
    Item,
    Measured,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
)
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.contract_renewing import Access
from answerable.channels.instagram import following, polling, reading, writing
from answerable.core.wire.calls import Answer, Call, HttpCall

SPEC = Spec(
    kind="instagram",
    label="Instagram",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.CONFIRM_SEEN, Can.SHOW_CONTEXT, Can.TAKE_BACK}
    ),
    settings=(
        Setting(
            "address",
            "Number of the account",
            hint="In Meta Business Suite: Settings, Instagram accounts. Only figures, usually beginning with 1784.",
        ),
        Setting("page", "Number of the linked page", hint="On the Facebook page: About, Page transparency, Page ID."),
        *APP,
        Setting(
            "page_token",
            "Access token of the linked page",
            secret=True,
            required=False,
            hint="Only where you do not sign in by browser: the token of a system user for the page, without an end.",
        ),
        Setting(
            "user_token",
            "Token of the sign-in",
            secret=True,
            required=False,
            hint="Filled in by signing in.",
            rarely=True,
        ),
        Setting(
            "human_agent",
            "Answer messages for seven days",
            kind=bool,
            default=False,
            hint="Only where Meta granted “Human Agent” to your app; else messages are answered for 24 hours.",
        ),
        *SIGN_IN,
        *SERVER,
    ),
    poll_every=timedelta(minutes=5),
    look_again_for=timedelta(days=14),
    forget_withdrawn=timedelta(days=1),
    docs="answerable/channels/instagram/README.md",
    lasting="user_token",
    proved=Proved.STAND_IN,
)
RIGHTS = (
    *("instagram_basic", "instagram_manage_comments", "instagram_manage_messages"),
    *("pages_show_list", "pages_manage_metadata", "pages_read_engagement"),
)


class InstagramConnector:
    """Hears one account and its direct messages, and answers as the account."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        hooks.verify(body, headers, settings)

    def challenge(self, query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        return hooks.challenge(query, settings)

    def addressees(self, body: bytes) -> tuple[str, ...]:
        return hooks.addressees(body)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return reading.read(raw, settings)

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

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

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return following.ask_context(external_id, settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        return following.context(answer, settings)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return following.ask_again(external_id, settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        return following.again(answer, external_id)

    def ask_words(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return following.ask_words(external_id, settings)

    def words(self, answer: Answer, external_id: str) -> Raw | None:
        return following.words(answer, external_id)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        return graph.file(piece_reference)

    def fetched(self, answer: Answer) -> bytes | str:
        return graph.file_of(answer)

    def bucket(self, call: Call) -> str:
        """All calls for an account are counted in one."""
        return ""

    def allowance(self, answer: Answer) -> Allowance | None:
        return usage.allowance(answer)

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        return signing_in.authorise_at(redirect, state, settings, RIGHTS)

    def exchange(self, code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
        return signing_in.exchange(code, redirect, settings)

    def authorised(self, answer: Answer) -> Authorised:
        return signing_in.authorised(answer)

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall | None:
        return signing_in.page_token(str(settings.get("page") or ""), settings)

    def renewed(self, answer: Answer) -> Access:
        return signing_in.page_token_of(answer)


connector = InstagramConnector()
