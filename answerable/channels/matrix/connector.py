"""Matrix as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.contract import (
    Can,
    Enclosure,
    Family,
    Item,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.channels.matrix import events, polling, rooms, surroundings, writing
from answerable.channels.matrix.server import accepted, call, gone, told
from answerable.core.wire.calls import Answer, HttpCall

SPEC = Spec(
    kind="matrix",
    label="Matrix",
    icon="thread",
    family=Family.MESSENGER,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE, Can.SHOW_CONTEXT}
        | {Can.ATTACH_IMAGE, Can.ATTACH_FILE, Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.CONFIRM_SEEN}
        | {Can.LOOK_UP_REPLY, Can.TAKE_BACK}
    ),
    settings=(
        Setting("address", "Your name there", hint="With its server, for instance @care:example.org."),
        Setting("server", "Web address of the home server", hint="For instance https://matrix.example.org."),
        Setting(
            "access_token",
            "Access token",
            secret=True,
            hint="Sign in with Element as this account, open All settings, Help & About, Advanced, and copy the access "
            "token. Do not sign that session out afterwards, only close the window.",
        ),
        Setting(
            "hears",
            "In public rooms it hears",
            default="everything",
            choices=("everything", "mentions"),
            hint="In private rooms it always hears everything.",
        ),
        Setting(
            "joins",
            "Accept invitations",
            kind=bool,
            default=True,
            hint="People begin a direct chat by inviting the account. Encrypted rooms are declined with the reason.",
        ),
    ),
    max_text=writing.MOST_TEXT,
    max_attachment=writing.MOST_BYTES,
    poll_every=timedelta(seconds=5),
    forget_withdrawn=timedelta(days=7),
    docs="answerable/channels/matrix/README.md",
    proved=Proved.REAL_SERVER,
)


class MatrixConnector:
    """Hears the rooms of one account and answers in them."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return events.items(raw.body, rooms.us(settings))

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return writing.receipt(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.look_up(reply, settings)

    def found(self, answer: Answer) -> str | None:
        return writing.found(answer)

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return writing.take_back(external_id, settings)

    def taken_back(self, answer: Answer) -> None:
        if not gone(answer):
            told(answer)

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.upload(enclosure, reply, settings)

    def uploaded(self, answer: Answer) -> str:
        name = told(answer).get("content_uri")
        if not isinstance(name, str) or not events.CONTENT_URI.fullmatch(name):
            raise Unreadable("The home server took the file and did not say under which name.")
        return name

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        """Our own home server fetches it from others, so the token goes to nobody else."""
        if not events.CONTENT_URI.fullmatch(piece_reference):
            raise Unsupported("This is no name of a file there.")
        where = quote(piece_reference.removeprefix("mxc://"), safe="/")
        return call("GET", f"/_matrix/client/v1/media/download/{where}", settings, timeout=60)

    def fetched(self, answer: Answer) -> bytes:
        return accepted(answer).body

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return surroundings.ask(external_id, settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        return surroundings.read(answer, settings)


connector = MatrixConnector()
