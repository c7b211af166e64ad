"""A mail taken apart (RFC 2045, 2046): a tree of parts found by searching, not by walking lines.

The standard library looks at every line for every open boundary, so a large or deeply nested mail holds a worker
for minutes. Here each level is one search in C over the same bytes, and the limits below end it.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from answerable.channels.email.headers import Headers, headers_at, parameters

DEEPEST = 12
MOST_PARTS = 300
MOST_DELIMITERS = 5_000
LOOK = 64 * 1024

NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
DELIMITER_END = re.compile(rb"(--)?[ \t]{0,200}\r?(?:\n|\Z)")
UNIX_FROM = re.compile(rb"(?:\s*\n)*(?:From [^\n]*\n)?")


@dataclass(frozen=True)
class Part:
    """One part: its fields, its media type, its still encoded body, or the parts inside."""

    headers: Headers
    media_type: str
    options: Mapping[str, str]
    disposition: str
    name: str
    encoded: bytes = field(default=b"", repr=False)
    parts: tuple[Part, ...] = ()

    def body(self) -> bytes:
        """The bytes that the sender enclosed, transfer encoding undone as far as it holds."""
        encoding = self.headers.first("content-transfer-encoding").split(";")[0].strip().lower()
        if encoding == "base64":
            return _from_base64(self.encoded)
        return a2b_qp(self.encoded) if encoding == "quoted-printable" else self.encoded

    def walk(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.walk()


class Dissection:
    """Takes one mail apart; `notes` says which limit was met. What a limit left whole stays as one undivided part.

    `top` is what `headers_at` finds at the first byte, where the mail begins there and its bytes are read as they came.
    """

    def __init__(self, raw: bytes) -> None:
        self._came = raw
        self.raw = raw if b"\n" in raw[:LOOK] or b"\r" not in raw[:LOOK] else raw.replace(b"\r", b"\n")
        self.notes: list[str] = []
        self.top: tuple[Headers, int] | None = None
        self._parts = 0
        self._delimiters = 0

    def part(self) -> Part:
        start = UNIX_FROM.match(self.raw, 0, LOOK)
        return self._part(start.end() if start else 0, len(self.raw), 0, "text/plain")

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        self._parts += 1
        headers, body = headers_at(self.raw, start, end)
        if start == 0 and depth == 0 and self.raw is self._came:
            self.top = headers, body
        if headers.cut:
            self._note("The header of this mail is unusually long; only its beginning was read.")
        media_type, options = parameters(headers.first("content-type"))
        disposition, more = parameters(headers.first("content-disposition"))
        if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type):
            media_type = "application/octet-stream" if media_type and "name" in options else default
        inside = self._inside(media_type, options.get("boundary", ""), body, end, depth)
        return Part(
            headers,
            media_type,
            options,
            disposition,
            more.get("filename") or options.get("name", ""),
            b"" if inside else self.raw[body:end],
            inside,
        )

    def _inside(self, media_type: str, boundary: str, start: int, end: int, depth: int) -> tuple[Part, ...]:
        if not media_type.startswith("multipart/") or not boundary:
            return ()
        if depth >= DEEPEST:
            self._note("The parts of this mail are nested unusually deep; the innermost are kept unopened.")
            return ()
        default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        parts = []
        for begin, stop in self._ranges(boundary.encode(), start, end):
            if self._parts >= MOST_PARTS:
                self._note("This mail has unusually many parts; only the first were opened.")
                break
            parts.append(self._part(begin, stop, depth + 1, default))
        return tuple(parts)

    def _ranges(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each body part lies. A text before the first delimiter counts too if no delimiter ever comes."""
        begin = -1
        for at, after, last in self._found(boundary, start, end):
            if begin >= 0:
                yield begin, at
            begin = -1 if last else after
            if last:
                return
        if begin >= 0:
            yield begin, end

    def _found(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Delimiter lines: end of the part before, begin of the part after, and whether it is the closing one."""
        mark = b"--" + boundary
        at = self.raw.find(mark, start, end)
        while at >= 0:
            self._delimiters += 1
            if self._delimiters > MOST_DELIMITERS:
                self._note("This mail has unusually many parts; only the first were opened.")
                return
            line = DELIMITER_END.match(self.raw, at + len(mark), end)
            if line and (at == start or self.raw[at - 1 : at] == b"\n"):
                before = at - (2 if self.raw[at - 2 : at] == b"\r\n" else 1)
                yield max(before, start), line.end(), line[1] is not None
            at = self.raw.find(mark, at + len(mark), end)

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def _from_base64(encoded: bytes) -> bytes:
    try:
        return a2b_base64(encoded)
    except Base64Error:
        letters = encoded.translate(None, NOT_BASE64)
        letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        return a2b_base64(letters + b"=" * (-len(letters) % 4))
