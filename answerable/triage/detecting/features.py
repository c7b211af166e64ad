"""What a trained head sees of a text: its words alone and in pairs, pieces of words, and what the lexicons found.

Each is the number of a bucket (`core/text/buckets.py`), so that a model keeps no word that anybody wrote. Which word of the
text a bucket came from is known while that text is read, so a score can be explained by its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from answerable.core.text.buckets import LONGEST_WORD, bucket, pieces
from answerable.core.text.phrases import Line
from answerable.triage.detecting.findings import Evidence

REMEMBERED = 20_000
"""Words whose pieces are kept at hand: a few thousand words are most of what people write."""

Origin = int | str
"""Where a feature comes from: the place of a word in the line, or the sort of what a lexicon found."""


def features(line: Line, found: Iterable[Evidence]) -> dict[int, Origin]:
    """The buckets of a text, each once, with the first place that it came from."""
    words = [word[:LONGEST_WORD] for _, word in line.words()]
    buckets: dict[int, Origin] = {}
    for each in found:
        buckets.setdefault(bucket(f"={each.sort}/{each.status}"), each.sort)
    for place, word in enumerate(words):
        for each_of_it in _of_word(word):
            buckets.setdefault(each_of_it, place)
    for place, (word, following) in enumerate(pairwise(words)):
        buckets.setdefault(bucket(f"{word} {following}"), place)
    return buckets


@lru_cache(maxsize=REMEMBERED)
def _of_word(word: str) -> tuple[int, ...]:
    return tuple(bucket(piece) for piece in pieces(word))
