"""An answer as a message, counted as Telegram counts it: in UTF-16 units (Telegram Bot API, “sendMessage”, “sendDocument”)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from answerable.channels.common import places as names
from answerable.channels.common.multipart import File, multipart
from answerable.channels.contract import Audience, Enclosure, Measured, Reply, Unreadable, Unsupported
from answerable.channels.telegram import places
from answerable.channels.telegram.server import call, form, result, said
from answerable.core.wire.calls import Answer, HttpCall

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_BYTES = 50 * 1024 * 1024
MOST_PICTURE = 10 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png"})


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what one message cannot carry, and where more people would read it than it is for."""
    where = _where(reply)
    _check(reply)
    if not reply.enclosures:
        return call("sendMessage", settings, {**where, "text": reply.text})
    file = reply.enclosures[0]
    kind, method = ("photo", "sendPhoto") if _is_picture(file) else ("document", "sendDocument")
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in where.items()}
    sent = File(kind, file.name, file.media_type, file.body)
    return form(method, settings, *multipart({**fields, "caption": _words(reply)}, [sent]))


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    words = _words(reply)
    return Measured(_units(words), MOST_CAPTION if reply.enclosures else MOST_TEXT, words)


def receipt(answer: Answer) -> str:
    try:
        sent = result(answer)
        return f"{int(sent['chat']['id'])} {int(sent['message_id'])}"
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("Telegram took the answer and did not say under which number.") from error


def take_back(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    place = places.read(external_id)
    if place is None:
        raise Unsupported("It is not known in which chat this answer stands. Take it back with the app.")
    words = {"chat_id": int(place.room), "message_id": int(place.message)}
    return call("deleteMessage", settings, words, repeatable=True)


def taken_back(answer: Answer) -> None:
    if "message to delete not found" not in said(answer):
        result(answer)


def _where(reply: Reply) -> dict[str, Any]:
    """A private answer to what was said in a group goes to the person, who must have written to the bot before."""
    place = places.read(reply.in_reply_to)
    match reply.audience:
        case Audience.INTERNAL:
            raise Unsupported("A note is for staff and never leaves the desk.")
        case Audience.PUBLIC if place is None or place.audience != names.PUBLIC:
            raise Unsupported("Only in a public group can everybody read an answer. Nothing was sent.")
        case Audience.PRIVATE if not reply.to:
            raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if place is None or place.audience != reply.audience:
        return {"chat_id": _person(reply)}
    answered = {"message_id": int(place.message), "allow_sending_without_reply": True}
    topic = {"message_thread_id": int(place.thread)} if place.thread else {}
    return {"chat_id": int(place.room), "reply_parameters": answered, **topic}


def _person(reply: Reply) -> int:
    value = reply.to[0].value
    if len(reply.to) + len(reply.cc) > 1 or not places.MESSAGE.fullmatch(value):
        raise Unsupported("A private answer goes to one person there. Nothing was sent; the text is kept.")
    return int(value)


def _check(reply: Reply) -> None:
    counted = measured(reply, {})
    if counted.most is not None and counted.length > counted.most:
        beside = " with a file" if reply.enclosures else ""
        raise Unsupported(f"Telegram takes {counted.most} characters{beside}. Nothing was sent; shorten the text.")
    if len(reply.enclosures) > 1:
        raise Unsupported("One message carries one file there. Send the others with answers of their own.")
    if any(len(each.body) > MOST_BYTES for each in reply.enclosures):
        raise Unsupported(f"Telegram takes files of {MOST_BYTES >> 20} MB. Nothing was sent; the text is kept.")


def _is_picture(file: Enclosure) -> bool:
    """What is larger or of another sort goes as a document, as it is."""
    return file.media_type in PICTURES and len(file.body) <= MOST_PICTURE


def _words(reply: Reply) -> str:
    """There is no place for a description of a picture, so it stands below the words."""
    return "\n\n".join(part for part in (reply.text, *(each.alt for each in reply.enclosures)) if part)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
