"""Header fields as people send them: unfolded, decoded, bounded (RFC 5322, 2047, 2231).

The standard library's readers follow the grammar and give up, or take quadratic time, where senders leave it.
These take what is there, in linear time, and never raise.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from answerable.core.text import charsets

LONGEST_BLOCK = 1024 * 1024
LONGEST_VALUE = 64 * 1024
MOST_FIELDS = 2_000

FIELD_NAME = rb"[!-9;-~]{1,200}[ \t]*:"
BLOCK = re.compile(rb"(?:(?:" + FIELD_NAME + rb"|[ \t])[^\n]*(?:\n|\Z))*")
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)")
FOLD = re.compile(r"\r?\n(?=[ \t])|[\r\n\0]")
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
TURN = re.compile(r"[\u202a-\u202e\u2066-\u2069\ufeff]")
GAP = re.compile(r"(?<=\?=)\s+(?==\?)")
PARAMETER = re.compile(r';\s*([^=;\s"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True)
class Headers:
    """The fields in their order, names in lower case, values unfolded but not yet decoded."""

    fields: tuple[tuple[str, str], ...] = ()
    cut: bool = False

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        """A mail is asked for dozens of fields, most of which it has not."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found

    def first(self, name: str) -> str:
        return next(self.every(name), "")

    def every(self, name: str) -> Iterator[str]:
        return iter(self._by_name.get(name, ()))

    def text(self, name: str) -> str:
        """The first value, encoded words decoded: for names and subjects, never for addresses."""
        return decoded(self.first(name))

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def headers_at(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block at `start`, and where the body begins.

    The first line that is neither a field nor a continuation begins the body, so that a lost blank line costs no text.
    """
    block = BLOCK.match(raw, start, min(end, start + LONGEST_BLOCK))
    stop = block.end() if block else start
    fields: list[tuple[str, str]] = []
    for field in FIELD.finditer(raw, start, stop):
        if len(fields) >= MOST_FIELDS:
            break
        fields.append((field[1].decode("ascii").lower(), _unfolded(field[2])))
    cut = stop - start >= LONGEST_BLOCK or len(fields) >= MOST_FIELDS
    return Headers(tuple(fields), cut), _after_blank_line(raw, stop, end)


def decoded(value: str) -> str:
    """RFC 2047 encoded words as text. Neighbours in one charset join before decoding: senders cut letters in two."""
    text, pending, charset = [], b"", ""
    at = 0
    value = GAP.sub("", value)
    for word in ENCODED_WORD.finditer(value):
        if pending and (word.start() > at or word[1].lower() != charset):
            text.append(charsets.decode(pending, charset))
            pending = b""
        text.append(value[at : word.start()])
        pending += _word_bytes(word[2], word[3])
        charset = word[1].lower().partition("*")[0]
        at = word.end()
    text.append(charsets.decode(pending, charset))
    return one_line("".join([*text, value[at:]]))


def one_line(value: str) -> str:
    """Without line ends, control characters and the marks that turn the direction of what follows."""
    return " ".join(TURN.sub("", CONTROL.sub(" ", value)).split())


def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """A structured value and its parameters, RFC 2231 pieces joined and decoded, RFC 2047 words in them too."""
    head, _, _ = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in PARAMETER.finditer(value):
        section = SECTION.fullmatch(match[1].lower())
        if section is None:
            continue
        name, number, extended = section[1], section[2], bool(section[3])
        if number is None and not extended:
            plain.setdefault(name, decoded(_unquoted(match[2])))
        else:
            pieces.setdefault(name, []).append((int(number or 0), extended, _unquoted(match[2])))
    return head.strip().lower(), plain | {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    pieces.sort(key=lambda piece: piece[0])
    charset, body = "", b""
    for number, extended, value in pieces:
        words = value
        if extended and number == 0 and value.count("'") >= 2:
            charset, _, words = value.split("'", 2)
        body += unquote_to_bytes(words) if extended else words.encode()
    return decoded(charsets.decode(body, charset))


def _unquoted(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))


def _word_bytes(encoding: str, value: str) -> bytes:
    body = value.encode()
    if encoding in "qQ":
        return a2b_qp(body, header=True)
    try:
        return a2b_base64(body + b"=" * (-len(body) % 4))
    except Base64Error:
        return body


def _unfolded(value: bytes) -> str:
    value = value[:LONGEST_VALUE]
    return FOLD.sub("", value.decode("ascii") if value.isascii() else charsets.decode(value)).strip()


def _after_blank_line(raw: bytes, at: int, end: int) -> int:
    if raw.startswith(b"\r\n", at, end):
        return at + 2
    return at + 1 if raw.startswith(b"\n", at, end) else at
