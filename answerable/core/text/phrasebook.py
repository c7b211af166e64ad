"""Many phrases (`phrases`), looked up word by word: a phrase is filed under the words by which it can begin, so a text costs a
look-up for each of its words and not a search for each phrase.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerable.core.text.phrases import Line, openings, regex, sets

SHORTEST_STEM, LONGEST_STEM = 2, 14


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

    def find(self, line: Line) -> Iterator[tuple[Phrase, int, int]]:
        """Every phrase that the line says, in its order, with where it stands in the line."""
        for start, word in line.words():
            for phrase in self._under(word):
                match = phrase.pattern.match(line.line, start)
                if match is not None:
                    yield phrase, *match.span()

    def _under(self, word: str) -> Iterator[Phrase]:
        yield from self.filed.get(word, ())
        for length in range(SHORTEST_STEM, min(len(word), LONGEST_STEM) + 1):
            yield from self.filed.get(f"{word[:length]}*", ())
