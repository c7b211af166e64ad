"""Telegram as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.contract import (
    Can,
    Family,
    Item,
    Measured,
    Page,
    Proved,
    Raw,
    Refused,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.channels.telegram import arriving, updates, writing
from answerable.channels.telegram.server import call, result
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

FILE = "file "
PATH = re.compile(r"[A-Za-z0-9_\-]+(?:[/.][A-Za-z0-9_\-]+)*")
SPEC = Spec(
    kind="telegram",
    label="Telegram",
    icon="thread",
    family=Family.MESSENGER,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE, Can.NOTICE_EDIT, Can.TAKE_BACK}
        | {Can.ATTACH_IMAGE, Can.ATTACH_FILE}
    ),
    settings=(
        Setting("address", "Name of the bot", hint="For instance @GlimoCareBot."),
        Setting(
            "bot_token",
            "Token of the bot",
            secret=True,
            hint="In Telegram write to @BotFather: /newbot, a name, a name that ends in “bot”. Copy the token it gives.",
        ),
        Setting(
            "hears",
            "In groups it hears",
            default="mentions",
            choices=("mentions", "everything"),
            hint="In private chats it always hears everything.",
        ),
        Setting(
            "arrival",
            "News come",
            default="asked",
            choices=("asked", "pushed"),
            hint="Pushing needs an address of this installation that Telegram reaches over https.",
        ),
        Setting(
            "server",
            "Web address of the Bot API",
            default="https://api.telegram.org",
            hint="Only changed by who runs a Bot API server of their own.",
            rarely=True,
        ),
        Setting("token_key", "Key for pushes", secret=True, hint="Made by the house; never typed."),
    ),
    max_attachment=writing.MOST_BYTES,
    poll_every=timedelta(seconds=5),
    docs="answerable/channels/telegram/README.md",
    proved=Proved.STAND_IN,
)


class TelegramConnector:
    """Hears one bot and answers as it."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        arriving.verify(headers, settings)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return updates.items(raw.body, settings)

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return arriving.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return arriving.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return writing.receipt(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return writing.take_back(external_id, settings)

    def taken_back(self, answer: Answer) -> None:
        writing.taken_back(answer)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        """First where the file lies, then the file itself; both at the server of the Bot API alone."""
        if not piece_reference.startswith(FILE):
            return call("getFile", settings, {"file_id": piece_reference}, repeatable=True)
        path = piece_reference.removeprefix(FILE)
        if not PATH.fullmatch(path):
            raise Unsupported("This is no path of a file there.")
        address = f"{addresses.server(settings)}/file/bot{{token}}/{path}"
        token = {"token": addresses.token(settings, "bot_token")}
        return HttpCall("GET", address, secret_words=token, repeatable=True, timeout=60)

    def fetched(self, answer: Answer) -> bytes | str:
        if isinstance(answer, HttpAnswer) and "/file/bot" in answer.asked and answer.status == 200:
            return answer.body
        if isinstance(answer, HttpAnswer) and "/file/bot" in answer.asked and answer.status == 404:
            raise Refused("Telegram no longer holds this file.")
        found = result(answer)
        if not isinstance(found, dict) or not isinstance(found.get("file_path"), str):
            raise Unreadable("Telegram did not say where the file lies.")
        return f"{FILE}{found['file_path']}"


connector = TelegramConnector()
