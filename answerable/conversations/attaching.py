"""Keeping files of messages: checked by their content, named without tricks, stored once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import puremagic

from answerable.channels.contract import Piece
from answerable.conversations.models import Attachment, Message, Sound
from answerable.core import files
from answerable.core.errors import NotThere

UNKNOWN = "application/octet-stream"
MAX_NAME = 180
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def attach_all(messages: Iterable[tuple[Message, Sequence[Piece]]]) -> None:
    """Store the pieces and their rows. Raises `files.StoreFull` when the disk refuses; the caller keeps the envelope."""
    Attachment.objects.bulk_create(_attachment(message, piece) for message, pieces in messages for piece in pieces)


def type_of(body: bytes) -> str:
    """What the content is, by its own bytes. Never what the sender says it is."""
    try:
        found = puremagic.from_string(body[: 64 * 1024], mime=True) if body else ""
    except (puremagic.PureError, ValueError):
        found = ""
    if not found and _is_text(body):
        return "text/plain"
    return str(found or UNKNOWN)


def bytes_of(attachment: Attachment | Sound) -> bytes:
    """The bytes of a file. Raises `NotThere` for one that is not here yet, and for one that is gone."""
    if not attachment.file:
        raise NotThere(
            "This file is not here yet: it is fetched from the other side. The message says how far that is."
        )
    try:
        return files.fetch(attachment.file)
    except FileNotFoundError:
        raise NotThere("This file is no longer in the store. The message that brought it is kept.") from None


def may_be_shown(attachment: Attachment) -> bool:
    """May a browser show it in place? Only pictures whose content is what it claims; everything else downloads."""
    return attachment.media_type in SHOWN


def safe_name(name: str) -> str:
    """The last part of a name, without control, direction or path characters; never empty, never hidden."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _FORBIDDEN.sub("", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    short = f"{stem[: MAX_NAME - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else clean[:MAX_NAME]
    return short or "file"


def arrived(attachment: Attachment, body: bytes) -> None:
    """The bytes of a file that lay elsewhere are here. Raises `files.StoreFull`; nothing is changed then."""
    here = {"media_type": type_of(body), "size": len(body), "file": files.keep(body), "trouble": ""}
    Attachment.objects.filter(pk=attachment.pk, file="").update(**here)


def _attachment(message: Message, piece: Piece) -> Attachment:
    is_here = bool(piece.body) or not piece.reference
    return Attachment(
        message=message,
        name=safe_name(piece.name),
        media_type=type_of(piece.body),
        declared_type=piece.declared_type[:120],
        size=len(piece.body),
        file=files.keep(piece.body) if is_here else "",
        inline_id=piece.inline_id[:400],
        reference=piece.reference[:2000],
    )


def _is_text(body: bytes) -> bool:
    try:
        words = body[:4096].decode("utf-8", errors="strict") if len(body) <= 4096 else body[:4096].decode("latin-1")
    except UnicodeDecodeError:
        return False
    return "\x00" not in words and bool(words)
