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
    Enclosure,
    Family,
    Item,
    Measured,
    Page,
    Proved,
    Raw,
    Refused,
    Reply,
    Said,
    Setting,
    Spec,
    TryLater,
    Unsupported,
)
from answerable.channels.mastodon import listening, looking_up, polling, statuses, writing
from answerable.channels.mastodon.server import call, gone, told
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall, StreamCall

SPEC = Spec(
    kind="mastodon",
    label="Mastodon",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.SHOW_CONTEXT, Can.ATTACH_IMAGE, Can.LOOK_UP_REPLY, Can.TAKE_BACK}
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
            "read:notifications, read:statuses, read:search, write:statuses and write:media, nothing else. Open the "
            "application and copy “Your access token”.",
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
            hint="An answer in the thread only can be read by everyone there, and fills nobody’s timeline.",
        ),
        Setting(
            "streaming",
            "Web address of the server’s stream",
            required=False,
            default="",
            hint="Usually that of the server. Mentions and hashtags are then heard at once; empty, every 30 seconds.",
            rarely=True,
        ),
        Setting(
            "everybody", "Hear everybody there", kind=bool, default=False, hint="Kept is what a saved query wants."
        ),
        Setting("longest", "Characters of one post", kind=int, default=500, hint="Most servers take 500.", rarely=True),
    ),
    max_attachment=writing.MOST_BYTES,
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

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall:
        return listening.stream(settings)

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return listening.frame(frame, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return statuses.id_of(told(answer))

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return looking_up.ask(reply, settings)

    def found(self, answer: Answer) -> str | None:
        return looking_up.found(answer)

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.upload(enclosure, reply, settings)

    def uploaded(self, answer: Answer) -> str:
        """A token without the right to upload is good for all else, so the source goes on."""
        if isinstance(answer, HttpAnswer) and answer.status == 403:
            raise Refused("The access token lacks write:media, so no picture can go out. Make a new one.")
        return statuses.id_of(told(answer))

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return call("DELETE", f"/api/v1/statuses/{quote(external_id, safe='')}", settings)

    def taken_back(self, answer: Answer) -> None:
        if not gone(answer):
            told(answer)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        """Whoever knows the address is given the file, so our token goes nowhere."""
        if not piece_reference.startswith(("https://", "http://")):
            raise Unsupported("This is no address of a file.")
        return HttpCall("GET", piece_reference, repeatable=True, timeout=60)

    def fetched(self, answer: Answer) -> bytes:
        """The file may lie with another server, whose refusal says nothing about our token."""
        if not isinstance(answer, HttpAnswer) or answer.status >= 500 or answer.status == 429:
            raise TryLater("The server that holds the file is not able now.")
        if answer.status != 200:
            raise Refused("The server that holds the file does not give it.")
        return answer.body

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
