"""An event of a room as a value (Matrix Client-Server API, “Instant Messaging” and what is built on it).

An item is {"room", "public", "name" of the sender, "event"}, or one of our own: {"seen"}, {"invited"}, {"not_joined"} and
{"missed"} with the room that it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    Piece,
    Receipt,
    ReceiptState,
    Said,
    Unreadable,
    Unsupported,
    Withdrawn,
)

NAMESPACE = "matrix"
CONTENT_URI = re.compile(r"mxc://[A-Za-z0-9.\-:\[\]]+/[A-Za-z0-9_\-]+")
FILES = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.sticker"})
UNFIT = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError)
NOT_AN_EVENT = "This is not an event of a Matrix room. Its bytes are kept."
ENCRYPTED = (
    "It is encrypted between its author's device and others, so it cannot be read here. Answer in a room without."
)
REACTION = "A reaction to a message is no message."
VERIFICATION = "Somebody wants to compare devices. This account has none."
INVITED = "Somebody invites this account to a room. Accept it with a Matrix client to hear what is said there."
DECLINED = (
    "Somebody invited this account to an encrypted room. It was declined with the reason, for nothing could be read."
)
NOT_JOINED = "The home server did not let this account into a room to which it was invited."
MISSED = "What was said in a room while we were away cannot be fetched: the home server no longer shows it to us."
OWN = {
    "invited": (INVITED, True),
    "declined": (DECLINED, True),
    "not_joined": (NOT_JOINED, False),
    "missed": (MISSED, False),
}


def items(body: bytes, us: str) -> Sequence[Item]:
    """What one stored item says. Raises `Unreadable` or `Unsupported`."""
    try:
        told = json.loads(body)
        own = next((name for name in OWN if name in told), "")
        if own:
            template, understood = OWN[own]
            return [LeftOut(f"{own} {_text(told[own])}", 1, template, understood)]
        if "seen" in told:
            return [_seen(told)]
        item = _item(told, told["event"])
        return [replace(item, by_us=True) if isinstance(item, Said) and item.author.value == us else item]
    except UNFIT as error:
        raise Unreadable(NOT_AN_EVENT) from error


def said(told: Mapping[str, Any], event: Mapping[str, Any]) -> Said:
    """A message as it was first said."""
    relation = _object(event["content"].get("m.relates_to"))
    threaded = relation.get("rel_type") == "m.thread"
    root = _text(relation["event_id"]) if threaded else ""
    parent = plain(str(_object(relation.get("m.in_reply_to")).get("event_id") or ""))
    return _said(told, event, event["content"], _place(told, _text(event["event_id"]), root), (parent, root))


def _item(told: Mapping[str, Any], event: Mapping[str, Any]) -> Item:
    place = _place(told, _text(event["event_id"]))
    kind, content = _text(event["type"]), event["content"]
    relation = _object(content.get("m.relates_to"))
    if kind == "m.room.encrypted":
        return LeftOut(place.name, 1, ENCRYPTED, True)
    if kind == "m.reaction" or content.get("msgtype") == "m.key.verification.request":
        return LeftOut(place.name, 1, REACTION if kind == "m.reaction" else VERIFICATION, True)
    if kind == "m.room.redaction":
        gone = content.get("redacts") or event.get("redacts")
        return Withdrawn(_place(told, _text(gone)).name, _moment(event))
    if kind not in ("m.room.message", "m.sticker"):
        raise Unsupported("This event of a room is no message.")
    if not content and _object(event.get("unsigned")).get("redacted_because"):
        return Withdrawn(place.name)
    if relation.get("rel_type") == "m.replace":
        return _edited(told, event, _text(relation["event_id"]))
    return said(told, event)


def _edited(told: Mapping[str, Any], event: Mapping[str, Any], first: str) -> Edited:
    place = _place(told, first)
    return Edited(place.name, _said(told, event, event["content"]["m.new_content"], place, ()), _moment(event))


def _said(
    told: Mapping[str, Any], event: Mapping[str, Any], content: Mapping[str, Any], place: Place, before: Sequence[str]
) -> Said:
    kind = str(content.get("msgtype") or event["type"])
    body = _text(content["body"])
    quoted, words = _parted(body) if before and before[0] else ("", body)
    named = dict.fromkeys(Place(place.room, each).name for each in before if each)
    room = (place.room,) if place.audience == PRIVATE else ()
    return Said(
        external_id=place.name,
        author=_author(told, event),
        audience=Audience(place.audience),
        text=_words(kind, content, words, told),
        quoted=quoted,
        posted_at=_moment(event),
        thread_ids=(*named, *room),
        own_ids=(place.whole, place.name, *room),
        marks=frozenset({Mark.AUTO_REPLY} if kind == "m.notice" else ()),
        pieces=_pieces(content) if kind in FILES else (),
        notes=("A file is encrypted and cannot be read here.",) if "file" in content else (),
    )


def _words(kind: str, content: Mapping[str, Any], words: str, told: Mapping[str, Any]) -> str:
    """A file has its words in `body` only where `filename` says its name (“Media captions”)."""
    if kind in FILES and kind != "m.sticker":
        return words if content.get("filename") not in (None, words) else ""
    if kind == "m.emote":
        return f"* {plain(str(told.get('name') or ''))} {words}"
    return f"{words}\n{plain(str(content.get('geo_uri') or ''))}" if kind == "m.location" else words


def _pieces(content: Mapping[str, Any]) -> tuple[Piece, ...]:
    reference = str(content.get("url") or "")
    if not CONTENT_URI.fullmatch(reference):
        return ()
    name = plain(str(content.get("filename") or content["body"]))
    declared = plain(str(_object(content.get("info")).get("mimetype") or "application/octet-stream"))
    return (Piece(name, declared, reference=reference),)


def _parted(body: str) -> tuple[str, str]:
    """What older clients repeat of the message that is answered, and what was written (“Fallbacks for rich replies”)."""
    lines = body.split("\n")
    end = next((number for number, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    if not end or end == len(lines):
        return "", body
    return "\n".join(lines[:end]), "\n".join(lines[end:]).lstrip("\n")


def _seen(told: Mapping[str, Any]) -> Receipt:
    place = Place(_text(told["room"]), _text(told["seen"]))
    who = Handle(NAMESPACE, _text(told["by"]))
    return Receipt(f"seen {place.name}", (place.name,), ReceiptState.SEEN, who)


def _place(told: Mapping[str, Any], event: str, root: str = "") -> Place:
    return Place(_text(told["room"]), event, PUBLIC if told["public"] is True else PRIVATE, root)


def _author(told: Mapping[str, Any], event: Mapping[str, Any]) -> Handle:
    sender = _text(event["sender"])
    return Handle(NAMESPACE, sender, plain(str(told.get("name") or "")) or sender.lstrip("@").partition(":")[0])


def _moment(event: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(event["origin_server_ts"]) / 1000, UTC)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not (cleaned := plain(value)):
        raise ValueError("a text is missing")
    return cleaned
