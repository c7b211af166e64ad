"""How an SMS counts, parts and writes its words: GSM 7 bit (3GPP TS 23.038) or UCS-2, in parts (TS 23.040).

A text whose every sign is in the GSM alphabet has 160 septets in one part, 153 in each of several; signs of the
extension table count two. One other sign, say a Polish “ł” or a Portuguese “ã”, and the whole text is UCS-2: 70 units
in one part, 67 in each of several; an emoji is a surrogate pair and counts two. No part ends inside a pair.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
ESCAPE = 0x1B
_SEPTETS = {letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != ESCAPE} | {
    letter: bytes([ESCAPE, code]) for letter, code in _EXTENDED.items()
}
_AFTER_ESCAPE = {code: letter for letter, code in _EXTENDED.items()}
PUBLIC_NUMBER = re.compile(r"\+[1-9][0-9]{4,15}")
ONE_GSM, EACH_GSM = 160, 153
ONE_UCS2, EACH_UCS2 = 70, 67


@dataclass(frozen=True)
class Parted:
    """A text as it goes out: `units` are septets or 16-bit units, `parts` the text of each SMS."""

    is_gsm: bool
    units: int
    parts: tuple[str, ...]


def parted(text: str) -> Parted:
    """Cut a text as phones and networks count it. An empty text is one empty part."""
    is_gsm = all(letter in _SEPTETS for letter in text)
    sizes = [len(_SEPTETS[letter]) if is_gsm else _units(letter) for letter in text]
    one, each = (ONE_GSM, EACH_GSM) if is_gsm else (ONE_UCS2, EACH_UCS2)
    units = sum(sizes)
    return Parted(is_gsm, units, (text,) if units <= one else _cut(text, sizes, each))


def septets(text: str) -> bytes:
    """One octet for each septet, as SMPP carries the default alphabet. Raises KeyError for a sign that is not in it."""
    return b"".join(_SEPTETS[letter] for letter in text)


def from_septets(body: bytes) -> str:
    """The text of unpacked septets. An unknown sign after an escape is a blank, as the standard asks; nothing raises."""
    found: list[str] = []
    escaped = False
    for code in body:
        if code == ESCAPE and not escaped:
            escaped = True
            continue
        plain = _BASIC[code] if code < len(_BASIC) and code != ESCAPE else " "
        found.append(_AFTER_ESCAPE.get(code, plain) if escaped else plain)
        escaped = False
    return "".join(found)


def ucs2(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def from_ucs2(body: bytes) -> str:
    """Phones write surrogate pairs, so it is read as UTF-16; half a pair or half a unit is shown as a sign of its own."""
    return body.decode("utf-16-be", "replace")


def digest(body: bytes) -> str:
    """What makes an SMS that has no id that SMS."""
    return hashlib.sha256(body).hexdigest()[:32]


def _units(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1


def _cut(text: str, sizes: Sequence[int], most: int) -> tuple[str, ...]:
    parts: list[str] = []
    start = used = 0
    for place, size in enumerate(sizes):
        if used + size > most:
            parts.append(text[start:place])
            start, used = place, 0
        used += size
    return (*parts, text[start:])
