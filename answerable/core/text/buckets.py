"""What a trained sum sees of a word: the word and pieces of it, each the number of a bucket.

A bucket is CRC-32 modulo `BUCKETS`, so that what was learned keeps no word that anybody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

BUCKETS = 1 << 18
SHORTEST, LONGEST = 3, 5
LONGEST_WORD = 40


def pieces(word: str) -> Iterator[str]:
    """The word as a whole, and its stretches of three to five letters with its ends marked."""
    yield f"_{word}_"
    marked = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(marked) - length + 1):
            yield marked[start : start + length]


def bucket(piece: str) -> int:
    return crc32(piece.encode()) % BUCKETS
