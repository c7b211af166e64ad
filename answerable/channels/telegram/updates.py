"""An update of the Bot API as a value (Telegram Bot API, “Update” and “Message”)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import plain
from answerable.channels.common.places import PRIVATE, PUBLIC, Place
from answerable.channels.contract import (
    Audience,
    Edited,
    Handle,
    Item,
    LeftOut,
    Mark,
    Said,
    Unreadable,
)
from answerable.channels.telegram import contents

NAMESPACE = "telegram"
NOT_AN_UPDATE = "This is not an update of the Telegram Bot API. Its bytes are kept."
UNFIT = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError)
# What the bot asks to be told of. Each but the first two is understood and is no message.
PRESSED = "Somebody pressed a button below a message. The bot offers none that mean anything."
MEMBERS = "Somebody began with the bot, stopped it, or changed who is in a group."
POSTED = "This was posted in a channel that the bot looks after, and is said to its readers, not to us."
OTHERS = {"callback_query": PRESSED, "my_chat_member": MEMBERS, "channel_post": POSTED, "edited_channel_post": POSTED}
WANTED = ("message", "edited_message", *OTHERS)
NOT_TO_US = "It is said in a group, and neither names the bot nor answers it."
OURS = "The bot itself said it."
STARTED = "Somebody opened the chat with the bot and said nothing yet."
SERVICE = "It tells of something that happened in the chat, and nobody said anything."


def items(body: bytes, settings: Mapping[str, Any]) -> Sequence[Item]:
    """What one update says. Raises `Unreadable`."""
    try:
        update = json.loads(body)
        for kind, why in OTHERS.items():
            if kind in update:
                return [LeftOut(f"update {int(update['update_id'])}", 1, why, True)]
        if "edited_message" in update:
            return [_edited(update["edited_message"], settings)]
        return [_item(update["message"], settings)]
    except UNFIT as error:
        raise Unreadable(NOT_AN_UPDATE) from error


def _item(message: Mapping[str, Any], settings: Mapping[str, Any]) -> Item:
    why = _passed_by(message, settings)
    return LeftOut(_place(message).name, 1, why, True) if why else said(message)


def _edited(message: Mapping[str, Any], settings: Mapping[str, Any]) -> Item:
    item = _item(message, settings)
    return Edited(item.external_id, item, _moment(message["edit_date"])) if isinstance(item, Said) else item


def said(message: Mapping[str, Any]) -> Said:
    place, sender = _place(message), _author(message)
    answered = message.get("reply_to_message") or {}
    before = (Place(place.room, str(int(answered["message_id"]))).name,) if answered else ()
    chat = (f"chat {place.room}",) if place.audience == PRIVATE else ()
    words = contents.words(message)
    return Said(
        external_id=place.name,
        author=sender,
        audience=Audience(place.audience),
        text=words,
        quoted=plain(str((message.get("quote") or {}).get("text") or "")),
        posted_at=_moment(message["date"]),
        thread_ids=(*before, *chat),
        own_ids=(place.whole, place.name, *chat),
        claims=_claims(words),
        language=plain(str((message.get("from") or {}).get("language_code") or ""))[:10],
        marks=frozenset({Mark.AUTO_REPLY} if (message.get("from") or {}).get("is_bot") is True else ()),
        pieces=contents.pieces(message),
    )


def _passed_by(message: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Why it is no message to us; empty where it is one."""
    us = contents.bot_id(settings)
    if str((message.get("from") or {}).get("id")) == us:
        return OURS
    if not contents.says_something(message):
        return SERVICE
    if message["chat"]["type"] == "private":
        return STARTED if contents.words(message).strip() == "/start" else ""
    heard = settings.get("hears") == "everything" or contents.speaks_to(message, us, settings)
    return "" if heard else NOT_TO_US


def _claims(words: str) -> tuple[str, ...]:
    """A link to the bot may bear a word of ours (“Deep linking”); the app sends it as the first message."""
    command, _, token = words.partition(" ")
    return (f"invitation:{token.strip()}",) if command == "/start" and token.strip() else ()


def _place(message: Mapping[str, Any]) -> Place:
    """A group with a name of its own can be found and read by everybody."""
    chat = message["chat"]
    public = chat["type"] != "private" and bool(chat.get("username"))
    thread = str(int(message["message_thread_id"])) if message.get("is_topic_message") is True else ""
    return Place(str(int(chat["id"])), str(int(message["message_id"])), PUBLIC if public else PRIVATE, thread)


def _author(message: Mapping[str, Any]) -> Handle:
    """Groups and channels may speak as themselves; then no person is named."""
    group = message.get("sender_chat")
    if group:
        return Handle(NAMESPACE, str(int(group["id"])), plain(str(group.get("title") or group.get("username") or "")))
    person = message["from"]
    names = [plain(str(person.get(name) or "")) for name in ("first_name", "last_name")]
    return Handle(NAMESPACE, str(int(person["id"])), " ".join(filter(None, names)))


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
