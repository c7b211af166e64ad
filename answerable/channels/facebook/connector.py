"""A Facebook page and its Messenger as one channel: its declaration, and where each of its functions is written."""

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
from answerable.channels.facebook import following, polling, reading, writing
from answerable.core.wire.calls import Answer, HttpCall

SPEC = Spec(
    kind="facebook",
    label="Facebook page",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.CONFIRM_DELIVERY, Can.CONFIRM_SEEN}
        | {Can.SHOW_CONTEXT, Can.TAKE_BACK}
    ),
    settings=(
        Setting(
            "address",
            "Number of the page",
            hint="On the page: About, Page transparency, Page ID. Only figures.",
        ),
        *APP,
        *page_access("Page access token"),
        *SIGN_IN,
        *SERVER,
    ),
    poll_every=timedelta(minutes=5),
    look_again_for=timedelta(days=14),
    forget_withdrawn=timedelta(days=1),
    docs="answerable/channels/facebook/README.md",
    lasting="user_token",
    proved=Proved.STAND_IN,
)


class FacebookConnector(OfAPage):
    """Hears one page and its Messenger, and answers as the page."""

    spec = SPEC
    rights = (
        *("pages_show_list", "pages_manage_metadata", "pages_read_engagement", "pages_read_user_content"),
        *("pages_manage_engagement", "pages_messaging"),
    )
    page_setting = "address"

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


connector = FacebookConnector()
