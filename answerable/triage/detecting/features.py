"""What a trained head sees of a text: its words alone and in pairs, pieces of words, and what the lexicons found.

Each is a number of a bucket (CRC-32 modulo `BUCKETS`), so that a model keeps no word that anybody wrote. Which word of the
text a bucket came from is known while that text is read, so a score can be explained by its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from zlib import crc32

from answerable.core.text.phrases import Line
from answerable.triage.detecting.findings import Evidence

BUCKETS = 1 << 18
SHORTEST, LONGEST = 3, 5
LONGEST_WORD = 40

Origin = int | str
"""Where a feature comes from: the place of a word in the line, or the sort of what a lexicon found."""


def features(line: Line, found: Iterable[Evidence]) -> dict[int, Origin]:
    """The buckets of a text, each once, with the first place that it came from."""
    words = [word[:LONGEST_WORD] for _, word in line.words()]
    buckets: dict[int, Origin] = {}
    for each in found:
        buckets.setdefault(_bucket(f"={each.sort}/{each.status}"), each.sort)
    for place, word in enumerate(words):
        for piece in _pieces(word):
            buckets.setdefault(_bucket(piece), place)
    for place, (word, following) in enumerate(pairwise(words)):
        buckets.setdefault(_bucket(f"{word} {following}"), place)
    return buckets


def _pieces(word: str) -> Iterable[str]:
    yield f"_{word}_"
    marked = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(marked) - length + 1):
            yield marked[start : start + length]


def _bucket(piece: str) -> int:
    return crc32(piece.encode()) % BUCKETS
