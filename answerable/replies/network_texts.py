"""Texts that a network approved beforehand: the only ones that it takes where its window is closed.

What an agent writes is held against them. A text that is one of them, its places filled, goes out as that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from answerable.channels.contract_approved import OffersApproved
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.models import Conversation
from answerable.replies.models import NetworkText

PLACE = re.compile(r"\{\{\s*([0-9]{1,2})\s*\}\}")
# Networks take no line ends and no wide gaps in a place; a longer word is a letter of its own.
FILLED = r"[^\n\t]{1,300}?"


@dataclass(frozen=True)
class Saying:
    """That a text says an approved one, and what stands in its places."""

    text: NetworkText
    values: tuple[str, ...]

    @property
    def open_places(self) -> tuple[str, ...]:
        return tuple(value for value in self.values if PLACE.search(value))


def has(source: Source) -> bool:
    """Does the network of this source approve texts?"""
    return isinstance(connector(source.kind), OffersApproved)


def offered(conversation: Conversation, language: str) -> Sequence[NetworkText]:
    """What can be said there, in the language of the case first."""
    texts = NetworkText.objects.filter(source=conversation.source, ended_at=None).order_by("name", "language")
    return sorted(texts, key=lambda each: not _speaks(each.language, language))


def said_by(text: str, source: Source) -> Saying | None:
    """The approved text that these words say; None for a text of one's own."""
    words = _plain(text)
    for each in NetworkText.objects.filter(source=source, ended_at=None).order_by("name", "language"):
        found = _pattern(each.text).fullmatch(words)
        if found is not None:
            values = found.groupdict()
            return Saying(each, tuple(values[f"p{number}"].strip() for number in range(1, each.places + 1)))
    return None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """The words of the text as they stand, and anything within a line where its places are; the same place, the same words."""
    parts, seen = [], set()
    at = 0
    plain = _plain(text)
    for found in PLACE.finditer(plain):
        number = int(found[1])
        parts.append(re.escape(plain[at : found.start()]))
        parts.append(f"(?P=p{number})" if number in seen else f"(?P<p{number}>{FILLED})")
        seen.add(number)
        at = found.end()
    return re.compile("".join([*parts, re.escape(plain[at:])]))


def _plain(text: str) -> str:
    """As it is compared: what browsers do to line ends and to the end of a line makes no other text."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _speaks(one: str, other: str) -> bool:
    return bool(other) and re.split(r"[_-]", one.lower())[0] == re.split(r"[_-]", other.lower())[0]
