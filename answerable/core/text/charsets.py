"""Bytes to text without loss: what the sender declared, else what it looks like, else Latin-1.

Nothing here raises and nothing comes back empty: a wrong letter can be read around, a missing text cannot.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# Names that senders use and Python does not know, or knows as something narrower than what is really sent.
# Browsers read the Latin-1 family as its Windows superset for the same reason (WHATWG Encoding, section 4.2).
ODD_NAMES = {
    "ansi": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "x-iso-8859-1": "cp1252",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-2-0-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "unicode": "utf-16",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-ce": "mac-latin2",
    "x-mac-cyrillic": "mac-cyrillic",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "tis-620": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-euc-jp": "euc-jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "x-x-big5": "big5hkscs",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "koi8r": "koi8-r",
    "x-koi8-r": "koi8-r",
    "cp936": "gb18030",
    "cp20127": "cp1252",
    "cp28591": "cp1252",
    "cp65000": "utf-7",
    "cp65001": "utf-8",
    "visual": "iso-8859-8",
    "logical": "iso-8859-8",
}

# Codecs that are no charsets, or whose decoder is slower than linear on hostile input.
NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})

ASCII_NAMES = frozenset(
    {"", "ascii", "us-ascii", "ansi_x3.4-1968", "iso646-us", "x-unknown", "unknown-8bit", "unknown", "binary"}
)

NAME = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}")
WINDOWS_NAME = re.compile(r"(?:windows|x-windows|x-cp|x-ms-cp|cp|ibm|dos|microsoft-cp)[-_]?(\d{3,5})")

# What letters to us are written in. Detection among all charsets takes a short Polish word for Chinese.
LIKELY = [
    *("utf_8", "cp1252", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949"),
]

# UTF-7 can spell half a character, which no database takes.
UNPAIRED = re.compile(r"[\ud800-\udfff]")

# Bytes that are letters of Polish, Czech or Slovak and signs elsewhere. Without one of them "năo" was "não".
CENTRAL = frozenset(b"\x8a\x8c\x8e\x8f\x9a\x9c\x9e\x9f\xa1\xa3\xa5\xa6\xac\xaf\xb1\xb3\xb6\xb9\xbc\xbf")

SAMPLE = 16 * 1024
DAMAGE_ALLOWED = 50  # one damaged letter in so many still proves the declaration right


def decode(body: bytes, declared: str = "") -> str:
    """The text in `body`.

    1. The declared charset, if it fits or nearly fits. A mail cut in the middle of a letter is still UTF-8.
    2. A byte order mark or valid UTF-8: hardly any other text is valid UTF-8 by accident.
    3. What detection finds in the first bytes.
    4. Windows-1252 and its holes filled from Latin-1, which can read any byte.
    """
    if not body:
        return ""
    codec = codec_for(declared)
    text = _strictly(body, codec) if codec else None
    if text is None:
        text = _strictly(body, "utf-8-sig")
    if text is None and codec:
        text = _nearly(body, codec)
    if text is None:
        text = _strictly(body, _detected(body))
    return UNPAIRED.sub("\ufffd", text if text is not None else latin(body))


def codec_for(declared: str) -> str:
    """The name of a Python codec for a declared charset; empty if nothing useful was declared."""
    name = declared.strip(" \t\"'<>;,").lower().replace(" ", "")
    if name in ASCII_NAMES or not NAME.fullmatch(name):
        return ""
    name = ODD_NAMES.get(name, name)
    if windows := WINDOWS_NAME.fullmatch(name):
        name = ODD_NAMES.get(f"cp{windows[1]}", f"cp{windows[1]}")
    return name if _is_charset(name) else ""


def latin(body: bytes) -> str:
    """Windows-1252, with the five bytes that it leaves open read as Latin-1."""
    return "".join(
        part.decode("cp1252") if part not in _HOLES else part.decode("latin-1") for part in _HOLE.split(body) if part
    )


_HOLES = frozenset({b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"})
_HOLE = re.compile(rb"([\x81\x8d\x8f\x90\x9d])")


def _is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return found.name.replace("-", "_") not in NO_CHARSETS and getattr(found, "_is_text_encoding", True)


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _nearly(body: bytes, codec: str) -> str | None:
    """The text if only one letter in fifty, or the last one, is damaged: a visible sign stands in its place."""
    try:
        text = body.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return None
    damaged = text.rstrip("\ufffd").count("\ufffd")
    return text if text and damaged * DAMAGE_ALLOWED <= len(text) else None


def _detected(body: bytes) -> str:
    """Detection costs time for each candidate, so it sees the first bytes only."""
    best = from_bytes(body[:SAMPLE], cp_isolation=LIKELY).best()
    if best is None:
        return "utf-8"
    central = best.encoding in ("cp1250", "iso8859_2")
    return "cp1252" if central and not CENTRAL & set(body[:SAMPLE]) else best.encoding
