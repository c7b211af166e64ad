"""Many phrases (`phrases`), looked up word by word: a phrase is filed under the words by which it can begin, so a text costs a
look-up for each of its words and not a search for each phrase.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from answerable.core.text.phrases import Line, openings, regex, sets

REMEMBERED = 1 << 16


@dataclass(frozen=True)
class Phrase:
    """One way to say an entry. `sort` is what it counts as."""

    entry: str
    sort: str
    pattern: re.Pattern[str]


class Phrasebook:
    """Entries of a data file, each with `id`, `sort` and `is`: the ways to say it. `words` are the named sets in them."""

    def __init__(self, entries: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> None:
        named, filed = sets(words), defaultdict(list)
        for entry in entries:
            for each in entry["is"]:
                phrase = Phrase(entry["id"], entry["sort"], re.compile(regex(each, named)))
                for opening in openings(each, words):
                    filed[opening].append(phrase)
        self.filed: Mapping[str, Sequence[Phrase]] = dict(filed)
        self._lengths = sorted({len(opening) - 1 for opening in filed if opening.endswith("*")})
        # Speech has few words that come often: what a word may begin is looked up once.
        self._begun = lru_cache(REMEMBERED)(self._beginning)

    def find(self, line: Line) -> Iterator[tuple[Phrase, int, int]]:
        """Every phrase that the line says, in its order, with where it stands in the line."""
        for start, word in line.words():
            for phrase in self._begun(word):
                match = phrase.pattern.match(line.line, start)
                if match is not None:
                    yield phrase, *match.span()

    def _beginning(self, word: str) -> tuple[Phrase, ...]:
        openings = [word, *(f"{word[:length]}*" for length in self._lengths if length <= len(word))]
        return tuple(phrase for opening in openings for phrase in self.filed.get(opening, ()))
