"""An Instagram professional account as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from answerable.channels.common.meta.connectors import OfAPage
from answerable.channels.common.meta.settings import APP, SERVER, SIGN_IN, page_access
from answerable.channels.contract import (
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
from answerable.channels.instagram import following, polling, reading, writing
from answerable.core.wire.calls import Answer, HttpCall

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
        *page_access("Access token of the linked page"),
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


class InstagramConnector(OfAPage):
    """Hears one account and its direct messages, and answers as the account."""

    spec = SPEC
    rights = (
        *("instagram_basic", "instagram_manage_comments", "instagram_manage_messages"),
        *("pages_show_list", "pages_manage_metadata", "pages_read_engagement"),
    )
    page_setting = "page"

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


connector = InstagramConnector()
