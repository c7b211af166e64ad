"""The Mastodon API as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.common.objects import objects
from answerable.channels.contract import (
    Allowance,
    Can,
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
from answerable.channels.mastodon import polling, statuses, writing
from answerable.channels.mastodon.server import call, gone, told
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall

SPEC = Spec(
    kind="mastodon",
    label="Mastodon",
    icon="thread",
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.SHOW_CONTEXT}
    ),
    settings=(
        Setting(
            "address",
            "Your name there, with its server",
            hint="As others write it, for instance @care@social.example.",
        ),
        Setting(
            "server",
            "Web address of the server",
            hint="For instance https://social.example. Sign in there with the account that shall answer.",
        ),
        Setting(
            "access_token",
            "Access token",
            secret=True,
            hint="On the server: Preferences, Development, New application. Leave the redirect address as it is. Tick "
            "read:notifications, read:statuses, read:search and write:statuses, nothing else. Open the application "
            "and copy “Your access token”.",
        ),
        Setting("hashtags", "Hashtags to hear", required=False, default="", hint="Without #, parted by commas."),
        Setting(
            "searches",
            "Words to search for",
            required=False,
            default="",
            hint="Parted by commas. Only where the server offers search in posts.",
        ),
        Setting(
            "visibility",
            "Public answers are shown",
            default="unlisted",
            choices=("public", "unlisted"),
            hint="“unlisted” is read in the thread and fills nobody’s timeline.",
        ),
        Setting("longest", "Characters of one post", kind=int, default=500, hint="Most servers take 500."),
    ),
    poll_every=timedelta(seconds=30),
    look_again_for=timedelta(days=14),
    forget_withdrawn=timedelta(days=7),
    docs="answerable/channels/mastodon/README.md",
    proved=Proved.STAND_IN_AND_CONTRACT,
)


class MastodonConnector:
    """Hears one account, hashtags and searches of one server, and answers from that account."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [statuses.item(raw.body, settings)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return statuses.id_of(told(answer))

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return call("GET", f"/api/v1/statuses/{quote(external_id, safe='')}/context", settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        """The thread before it and after it, as far as it is public."""
        around = told(answer)
        found = [*objects(around.get("ancestors")), *objects(around.get("descendants"))]
        return tuple(statuses.said(each, settings) for each in found if statuses.is_public(each))

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return call("GET", f"/api/v1/statuses/{quote(external_id, safe='')}", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        if gone(answer):
            return statuses.withdrawn(external_id)
        return statuses.edited(told(answer))

    def bucket(self, call: Call) -> str:
        """The server counts an account's calls in one, whatever they ask."""
        return ""

    def allowance(self, answer: Answer) -> Allowance | None:
        if not isinstance(answer, HttpAnswer):
            return None
        left, most = (answer.headers.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit"))
        try:
            renews_at = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
            return Allowance(min(int(left), int(most)), int(most), renews_at.replace(tzinfo=renews_at.tzinfo or UTC))
        except (ValueError, OverflowError):
            return None


connector = MastodonConnector()
