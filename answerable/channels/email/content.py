"""What a person sees of a mail: the text, its HTML, and the pieces that came with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from answerable.channels.contract import Piece
from answerable.channels.email.headers import one_line
from answerable.channels.email.parts import Part
from answerable.core.text import charsets
from answerable.core.text.html import TooHeavy, sanitise, text_of

LONGEST_TEXT = 500_000
LONGEST_NAME = 120
# More than either limit, of text here or of HTML there, can use: the rest need not be decoded to be left out.
LONGEST_BODY = 4_200_000

LONG = "The text is unusually long; its first half million characters are shown, the whole mail is kept."
ENCRYPTED = "[This mail is encrypted. Its parts are kept; whoever holds the key can open them.]"
SEALED = "[This mail is sealed with S/MIME. Its parts are kept; a mail program that knows S/MIME can open them.]"

# A table of our own: the one of the operating system differs from machine to machine.
ENDINGS = {
    "application/ms-tnef": "dat",
    "application/octet-stream": "bin",
    "application/pdf": "pdf",
    "application/pgp-encrypted": "asc",
    "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/html": "html",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "video/mp4": "mp4",
}
# Not in any text: NUL is taken out before.
JOINED = "\0"
SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass
class Content:
    """Collected in the order of the parts. A block is one text and, where it has one, its HTML."""

    blocks: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        text = "\n".join(plain for plain, _ in self.blocks if plain.strip()).strip("\n")
        if len(text) > LONGEST_TEXT:
            self._note(LONG)
        return text[:LONGEST_TEXT]

    @property
    def html(self) -> str:
        if not any(html for _, html in self.blocks):
            return ""
        source = "\n".join(html or f"<pre>{escape(plain)}</pre>" for plain, html in self.blocks)
        try:
            return sanitise(source)
        except TooHeavy as heavy:
            self._note(heavy.sentence)
            return ""

    def add(self, part: Part) -> None:
        if part.media_type == "multipart/alternative" and part.parts:
            self._alternatives(part)
        elif part.media_type == "multipart/encrypted" or part.media_type in SEALED_TYPES:
            self._closed(part)
        elif part.parts:
            for inner in part.parts:
                self.add(inner)
        elif _is_text(part) and not (part.name and self.blocks):
            self.blocks.append(_block(part))
        else:
            self._attach(part)

    def _alternatives(self, part: Part) -> None:
        """The plainest for reading, the richest for showing; what is neither, such as an invitation, is kept beside."""
        tried = [content_of(inner) for inner in part.parts]
        for inner in tried:
            self.pieces += inner.pieces
        spoken = [inner.blocks for inner in tried if any(plain.strip() for plain, _ in inner.blocks)]
        if not spoken:
            return
        rich = [blocks for blocks in spoken if any(html for _, html in blocks)]
        plain = next((blocks for blocks in spoken if blocks not in rich), spoken[0])
        text = "\n".join(words for words, _ in plain)
        self.blocks.append((text, "\n".join(html or escape(words) for words, html in rich[-1]) if rich else ""))

    def _closed(self, part: Part) -> None:
        signed = part.options.get("smime-type", "") in ("signed-data", "certs-only", "compressed-data")
        self.blocks.append((SEALED if signed else ENCRYPTED, ""))
        for inner in part.walk():
            if not inner.parts:
                self._attach(inner)

    def _attach(self, part: Part) -> None:
        body = part.body()
        if part.name or body.strip():
            inline = part.headers.first("content-id").strip().strip("<>").strip()
            self.pieces.append(Piece(_name(part, len(self.pieces) + 1), part.media_type, body, one_line(inline)[:200]))

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def content_of(part: Part) -> Content:
    content = Content()
    content.add(part)
    return content


def words_in(part: Part) -> Iterator[str]:
    """The text of every readable leaf: where bounces of old servers hide what they have to say."""
    for leaf in part.walk():
        if not leaf.parts and (_is_text(leaf) or leaf.media_type.startswith(("message/", "text/"))):
            yield charsets.decode(leaf.body()[:LONGEST_TEXT], leaf.options.get("charset", ""))


def _is_text(part: Part) -> bool:
    unopened = part.media_type.startswith("multipart/") and not part.parts
    shown = part.disposition != "attachment" and (not part.name or part.disposition == "inline")
    return unopened or (part.media_type in ("text/plain", "text/html", "text/enriched") and shown)


def _block(part: Part) -> tuple[str, str]:
    text = charsets.decode(part.body()[:LONGEST_BODY], part.options.get("charset", ""))
    text = text.replace("\r\n", "\n").replace("\0", "")
    if part.media_type == "text/html":
        return text_of(text), text
    return (_flowed(text) if part.options.get("format", "").lower() == "flowed" else text), ""


def _flowed(text: str) -> str:
    """Soft line ends joined again (RFC 3676), quoted lines and the signature mark left alone."""
    lines: list[str] = []
    soft = False
    for line in text.split("\n"):
        words = line.removeprefix(" ")
        fixed = words.startswith(">") or words == "-- "
        lines.append(words if fixed or not soft else f"{JOINED}{words}")
        soft = words.endswith(" ") and not fixed
    return "\n".join(lines).replace(f"\n{JOINED}", "")


def _name(part: Part, number: int) -> str:
    """A name that is only a name: no path, no control or direction marks, never empty."""
    name = INVISIBLE.sub("", part.name).replace("\\", "/").rpartition("/")[2].strip(" .")
    ending = ENDINGS.get(part.media_type, "bin")
    if not name:
        return f"{part.media_type.partition('/')[0]}-{number}.{ending}"
    name = f"_{name}" if DEVICES.match(name) else name
    stem, dot, suffix = name.rpartition(".")
    return name if len(name) <= LONGEST_NAME else f"{(stem or name)[: LONGEST_NAME - 20]}{dot}{suffix[:12]}"
