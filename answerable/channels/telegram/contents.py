"""What a message of Telegram holds: its words, what stands beside them, and to whom it speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from answerable.channels.common.objects import plain
from answerable.channels.contract import Piece

Message = Mapping[str, Any]

# Each sort of file: its field, and what it is called and how it is played where the message does not say.
FILES = {
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg"),
}
# What people send beside words, and what is said of it.
THINGS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "sticker": lambda sent: str(sent.get("emoji") or "[sticker]"),
    "dice": lambda sent: f"{sent['emoji']} {sent['value']}",
    "contact": lambda sent: " ".join(
        str(sent[name]) for name in ("first_name", "last_name", "phone_number") if sent.get(name)
    ),
    "venue": lambda sent: f"{sent['title']}, {sent['address']}",
    "location": lambda sent: f"geo:{sent['latitude']},{sent['longitude']}",
    "poll": lambda sent: "\n".join([str(sent["question"]), *(f"- {each['text']}" for each in sent["options"])]),
}
SAYING = frozenset({"text", "caption", "photo", *FILES, *THINGS})


def says_something(message: Message) -> bool:
    return not SAYING.isdisjoint(message)


def words(message: Message) -> str:
    """What was written, with the addresses behind linked words, then each thing that was sent in words."""
    things = [plain(describe(message[name])) for name, describe in THINGS.items() if message.get(name)]
    written = str(message.get("text") or message.get("caption") or "")
    return "\n\n".join(filter(None, [plain(_with_links(written, _entities(message))), *things]))


def pieces(message: Message) -> tuple[Piece, ...]:
    """An animation comes once more as a document, and a picture in several sizes: the largest is it."""
    return tuple(_pieces(message))


def speaks_to(message: Message, us: str, settings: Mapping[str, Any]) -> bool:
    """Does it name the bot, answer it, or give it a command?"""
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    if us and str(answered.get("id")) == us:
        return True
    written = str(message.get("text") or message.get("caption") or "")
    name = "@" + str(settings.get("address") or "").strip().lstrip("@").lower()
    for entity in _entities(message):
        named = _part(written, entity).lower()
        by_id = str((entity.get("user") or {}).get("id")) == us
        if (entity["type"] == "mention" and named == name) or (entity["type"] == "text_mention" and by_id):
            return True
        if entity["type"] == "bot_command" and named.endswith(name):
            return True
    return False


def bot_id(settings: Mapping[str, Any]) -> str:
    """A token begins with the number of its bot."""
    number = str(settings.get("bot_token") or "").strip().partition(":")[0]
    return number if number.isascii() and number.isdecimal() else ""


def _pieces(message: Message) -> Iterator[Piece]:
    sizes = message.get("photo") or ()
    if sizes:
        largest = max(sizes, key=lambda size: int(size.get("width") or 0))
        yield Piece("photo.jpg", "image/jpeg", reference=plain(str(largest["file_id"])))
    for kind, (name, media_type) in FILES.items():
        sent = message.get(kind)
        if sent and not (kind == "document" and "animation" in message):
            called, declared = sent.get("file_name") or name, sent.get("mime_type") or media_type
            yield Piece(plain(str(called)), plain(str(declared)), reference=plain(str(sent["file_id"])))


def _with_links(written: str, entities: list[Mapping[str, Any]]) -> str:
    """Behind each linked word the address that it hides."""
    units = written.encode("utf-16-le", "surrogatepass")
    linked = [each for each in entities if each["type"] == "text_link"]
    for each in sorted(linked, key=lambda entity: -int(entity["offset"])):
        end = 2 * (int(each["offset"]) + int(each["length"]))
        units = units[:end] + f" ({each['url']})".encode("utf-16-le", "surrogatepass") + units[end:]
    return units.decode("utf-16-le", "replace")


def _part(written: str, entity: Mapping[str, Any]) -> str:
    """Offsets count UTF-16 units (“MessageEntity”)."""
    units = written.encode("utf-16-le", "surrogatepass")
    start = 2 * int(entity["offset"])
    return units[start : start + 2 * int(entity["length"])].decode("utf-16-le", "replace")


def _entities(message: Message) -> list[Mapping[str, Any]]:
    found = message.get("entities") or message.get("caption_entities") or []
    return [each for each in found if isinstance(each, dict)]
