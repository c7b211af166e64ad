"""The web chat as a channel. The window hands in JSON objects (portal); an answer goes to the window's own network.

Typing is never told, and of who answers no more than the source allows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Item,
    Proved,
    Raw,
    Reauthorise,
    Refused,
    Reply,
    Setting,
    Spec,
    TryLater,
    Unreadable,
    Unsupported,
)
from answerable.channels.webchat.reading import READERS
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall

SPEC = Spec(
    kind="webchat",
    label="Web chat",
    icon="chat",
    family=Family.OURS,
    can=frozenset({Can.HEAR_PRIVATE, Can.REPLY_PRIVATE, Can.CONFIRM_SEEN, Can.LOOK_UP_REPLY}),
    settings=(
        Setting(
            "origins",
            "Sites that show the chat",
            required=False,
            default="",
            hint="Addresses like https://www.example.org, with a space between. Our own page of the chat needs none.",
        ),
        Setting("title", "Heading of the window", required=False, default=""),
        Setting(
            "privacy",
            "Privacy text",
            required=False,
            default="",
            hint="Shown before anything is stored, word for word. Empty: our own text, in the language of the visitor.",
        ),
        Setting("privacy_link", "Address of your privacy page", required=False, default=""),
        Setting("show_names", "Show the name of who answers", kind=bool, default=False),
        Setting(
            "continue_after",
            "Minutes until an unread answer goes on elsewhere",
            kind=int,
            default=10,
            hint="It goes to the address that the person left, by mail or SMS, in the same case.",
        ),
        Setting("keep_days", "Days until a window forgets", kind=int, default=30, hint="The case keeps what was said."),
        Setting("token_key", "Key of the chat", secret=True, hint="Made by the house; never typed."),
    ),
    max_text=10_000,
    max_attachment=10 * 1024 * 1024,
    docs="answerable/channels/webchat/README.md",
    in_house=True,
    embedded_by="chat.js",
    proved=Proved.OURS,
)
NOT_OURS = "This is nothing that our chat window sends. Its bytes are kept."
STRANGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


class WebchatConnector:
    """Reads what a window hands in, and says what it shows."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """One object is something said, an address that was left, or the news that answers were seen."""
        try:
            told = json.loads(raw.body)
            return READERS[str(told["kind"])](told)
        except STRANGE as error:
            raise Unreadable(NOT_OURS) from error

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        if reply.audience != Audience.PRIVATE or not reply.to:
            raise Unsupported("A chat is between one person and us. Nothing was sent; the text is kept.")
        if reply.enclosures:
            raise Unsupported("The chat window takes no files from us. Nothing was sent; send them by mail.")
        if len(reply.text) > (SPEC.max_text or 0):
            raise Unsupported(f"The chat takes {SPEC.max_text} characters. Nothing was sent; shorten the text.")
        agent = reply.agent if settings.get("show_names") else ""
        words = {"chat": reply.to[0].value, "key": reply.key, "text": reply.text, "agent": agent}
        return _call("POST", "replies", settings, body=json.dumps(words, ensure_ascii=False).encode())

    def receipt(self, answer: Answer) -> str:
        return str(_told(answer)["id"])

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        return _call("GET", f"replies/{quote(reply.key, safe='')}", settings, repeatable=True)

    def found(self, answer: Answer) -> str | None:
        if isinstance(answer, HttpAnswer) and answer.status == 404:
            return None
        return str(_told(answer)["id"])

    def patience(self, settings: Mapping[str, Any]) -> timedelta:
        return timedelta(minutes=max(1, int(settings.get("continue_after") or 1)))


def _call(
    method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"", repeatable: bool = False
) -> HttpCall:
    return HttpCall(
        method,
        f"{settings['house_url']}/chat/{settings['slug']}/api/{path}",
        headers={"Content-Type": "application/json"},
        secret_headers={"Authorization": f"Bearer {settings.get('token_key') or ''}"},
        body=body,
        repeatable=repeatable,
    )


def _told(answer: Answer) -> Mapping[str, Any]:
    """The network is ours, so what it says is short: there, forgotten, busy, or a key that does not fit."""
    status = answer.status if isinstance(answer, HttpAnswer) else 0
    if isinstance(answer, HttpAnswer) and status in {200, 201}:
        return _parsed(answer.body)
    if status in {401, 403}:
        raise Reauthorise("The chat no longer accepts our key. The source is paused; connect it again.")
    if status == 429 or status >= 500:
        raise TryLater("The chat has trouble of its own.")
    if 400 <= status < 500:
        raise Refused("This chat is over: its window has forgotten it. Answer at another address.")
    raise Unreadable("The chat answered with something that we do not know.")


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        told: Mapping[str, Any] = json.loads(body)
        return {"id": told["id"]}
    except STRANGE as error:
        raise Unreadable("The chat answered with something that we do not know.") from error


connector = WebchatConnector()
