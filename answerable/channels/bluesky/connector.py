"""Bluesky as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from answerable.channels.bluesky import around, listening, names, polling, posts, server, session, writing
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
    Reply,
    Said,
    Setting,
    Spec,
    Unreadable,
)
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall, StreamCall

SPEC = Spec(
    kind="bluesky",
    label="Bluesky",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.ATTACH_IMAGE, Can.NOTICE_DELETION, Can.LOOK_UP_REPLY, Can.SHOW_CONTEXT, Can.TAKE_BACK}
    ),
    settings=(
        Setting("address", "Your name there", hint="As others write it, for instance @care.example.com."),
        Setting(
            "app_password",
            "App password",
            secret=True,
            hint="In Bluesky: Settings, Privacy and security, App passwords, Add. Never the password of the account.",
        ),
        Setting(
            "server",
            "Web address of the data server",
            required=False,
            default="https://bsky.social",
            hint="Leave it as it is, unless the account lives on a server of its own.",
            rarely=True,
        ),
        Setting(
            "words",
            "Words to hear",
            required=False,
            default="",
            hint="Parted by commas; several words between two commas are a phrase.",
        ),
        Setting(
            "words_by",
            "How words are heard",
            default="search",
            choices=("search", "jetstream", "firehose"),
            hint="A stream brings every post of the network at once; only what fits is kept.",
        ),
        Setting(
            "stream_server",
            "Web address of the stream",
            required=False,
            default="",
            plays_if=("words_by", "jetstream", "firehose"),
            hint="Leave it empty for the usual one.",
            rarely=True,
        ),
        Setting(
            "private",
            "Hear private messages",
            kind=bool,
            default=False,
            hint="The app password must allow access to direct messages; tick that when you make it.",
        ),
    ),
    max_attachment=writing.HEAVIEST,
    poll_every=timedelta(seconds=30),
    look_again_for=timedelta(days=14),
    forget_withdrawn=timedelta(days=1),
    docs="answerable/channels/bluesky/README.md",
    proved=Proved.REAL_SERVER,
)


class BlueskyConnector:
    """Hears what concerns one account and its words, and answers from that account."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [posts.item(raw.body, settings)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.question(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall:
        return listening.stream(cursor, settings)

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return listening.frame(frame, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply)

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.upload(enclosure, reply, settings)

    def uploaded(self, answer: Answer) -> str:
        return writing.uploaded(server.told(answer))

    def receipt(self, answer: Answer) -> str:
        """A post is known by its address, a private message by its number."""
        told = server.told(answer)
        name = told.get("uri") or told.get("id")
        if not isinstance(name, str) or not name:
            raise Unreadable("The server took it and did not say what it calls it.")
        return name

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        us = session.did(settings)
        return f"at://{us}/{names.POSTS}/{names.rkey(reply.key)}" if us and reply.audience == "public" else ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.look_up(reply, settings)

    def found(self, answer: Answer) -> str | None:
        if isinstance(answer, HttpAnswer) and answer.status == 400 and b"RecordNotFound" in answer.body:
            return None
        return self.receipt(answer)

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return writing.take_back(external_id, settings)

    def taken_back(self, answer: Answer) -> None:
        server.told(answer)

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return around.ask_context(external_id, settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        return around.context(answer, settings)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return around.ask_again(external_id, settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        return around.again(answer, external_id)

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall | None:
        return session.begin(settings)

    def renewed(self, answer: Answer) -> Access:
        return session.begun(answer)

    def ended_early(self, answer: Answer) -> bool:
        return server.ended_early(answer)

    def bucket(self, call: Call) -> str:
        """Writing is counted by the account, reading by the address it comes from."""
        return "write" if isinstance(call, HttpCall) and call.method == "POST" else ""

    def allowance(self, answer: Answer) -> Allowance | None:
        return session.allowance(answer)


connector = BlueskyConnector()
