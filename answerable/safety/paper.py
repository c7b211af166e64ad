"""The page of a report as a PDF: tagged, for the archive (PDF/A-2a) and for screen readers (PDF/UA-1), with its own fonts.

The same page makes the same bytes under the same release of Typst (decision 0018).
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC
from functools import lru_cache
from pathlib import Path

import typst

from answerable.safety.sheet import Sheet

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
# What the fonts inside Typst can draw, tried sign by sign (tests/test_paper.py): Latin with all its letters, Greek, Cyrillic,
# the usual signs of punctuation, currency and arithmetic.
DRAWN = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x377),
    (0x391, 0x3A1),
    (0x3A3, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x20A0, 0x20C0),
    (0x2190, 0x21FF),
)


def pdf(sheet: Sheet, *, language: str, author: str, replaced: str) -> bytes:
    """The bytes of the PDF. `replaced` is the sentence that is printed where a sign cannot be drawn."""
    said = _drawable({"title": sheet.title, "under": sheet.under, "draft": sheet.draft, "author": author})
    blocks = [
        {"title": drawable(each.title), "lines": [[drawable(label), drawable(words)] for label, words in each.lines]}
        for each in sheet.blocks
    ]
    undrawn = any(words != drawable(words) for each in sheet.blocks for _, words in each.lines)
    at = sheet.made_at.astimezone(UTC).replace(microsecond=0)
    facts = {
        "digest": sheet.digest,
        "lang": language.partition("-")[0],
        "at": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "replaced": replaced if undrawn else "",
    }
    given = {"sheet": json.dumps({**said, **facts, "blocks": blocks})}
    made = typst.Compiler(_template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=given)
    data = made.compile(format="pdf", pdf_standards=STANDARDS, timestamp=at)
    assert isinstance(data, bytes), "one format makes one file"
    return data


def drawable(words: str) -> str:
    """The words with the Unicode name in brackets of what cannot be drawn. Lines stay lines."""
    return "".join(each if _is_drawn(each) else _named(each) for each in unicodedata.normalize("NFC", words))


def _is_drawn(sign: str) -> bool:
    return sign == "\n" or any(first <= ord(sign) <= last for first, last in DRAWN)


def _named(sign: str) -> str:
    """Marks without a width, which only turn what stands before them, are left out."""
    if unicodedata.category(sign) in {"Cc", "Cf", "Mn", "Me"}:
        return " " if sign in "\t\r" else ""
    return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"


def _drawable(words: dict[str, str]) -> dict[str, str]:
    return {name: drawable(each) for name, each in words.items()}


@lru_cache(maxsize=1)
def _template() -> bytes:
    return Path(__file__).with_suffix(".typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
