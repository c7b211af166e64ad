"""Copies and near copies of what was said before: the same set of words, or nearly the same words and neighbours.

1. What a share adds is left out: addresses of pages, handles and “RT”. What is left must have words enough to say something.
2. The same set of words is a copy at once.
3. Texts whose fingerprints (MinHash) meet in one of their bands are compared word by word, and neighbour by neighbour.

A window slides: it remembers the last so many texts. One process remembers in a `Window`; several agree through rows that
hold the same fingerprints. A copy is never a reason to forget who said it.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import Generic, TypeVar

from rensa import RMinHash

from answerable.listening.posts import Heard
from answerable.listening.spelling import Spelling

VERSION = 1
"""Fingerprints of another version are not compared."""

FEWEST = 6
"""Fewer different words (“Happy birthday, Velorin!”) are said by many who never read each other."""
ALIKE = 0.6
"""Of all words and neighbours of two texts so many are in both."""
BANDS, ROWS, SEED = 8, 4, 42
REMEMBERED = 50_000

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@[\w.-]+|\bRT\b")

Id = TypeVar("Id")


@dataclass(frozen=True)
class Fingerprint:
    """What texts are compared by. `bands` and `same` are equal in every process and on every machine."""

    words: tuple[str, ...]

    @cached_property
    def same(self) -> int:
        """A number of the set of words, as a signed integer of 64 bits."""
        return number("\0".join(sorted(set(self.words))))

    @cached_property
    def bands(self) -> tuple[int, ...]:
        """A number of each band, as signed integers of 64 bits; two alike texts nearly always share one."""
        hashed = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
        hashed.update(list(self.words))
        digest = hashed.digest()
        return tuple(_mixed(band, digest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))

    @cached_property
    def parts(self) -> frozenset[str | tuple[str, str]]:
        return frozenset[str | tuple[str, str]](self.words).union(pairwise(self.words))

    @cached_property
    def numbers(self) -> frozenset[int]:
        """A number of each word and of each two neighbours, as signed integers of 64 bits: alike where the words are."""
        return frozenset(number(part if isinstance(part, str) else "\0".join(part)) for part in self.parts)

    @property
    def says_enough(self) -> bool:
        return len(set(self.words)) >= FEWEST


def fingerprint(heard: Heard, spelling: Spelling) -> Fingerprint:
    """The fingerprint of a post, without what a share adds to it."""
    text = heard.post.text
    if "@" in text or "RT" in text or "://" in text or "www." in text:
        return Fingerprint(tuple(spelling.read(_ADDRESS.sub(" ", text)).sequence))
    return Fingerprint(tuple(heard.reading.sequence))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """Of all words and neighbours of both, the share that both have."""
    return shared(one.parts, other.parts)


def shared(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """Of all that is in either, the share that is in both."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def number(text: str) -> int:
    """A number of a text, as a signed integer of 64 bits: the same on every machine."""
    return _signed(text.encode())


class Window(Generic[Id]):
    """The texts of late: `see` each with a name for it. Not made for two threads at once."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._kept: deque[tuple[Id, Fingerprint]] = deque()
        self._same: dict[frozenset[str], Id] = {}
        self._bands: dict[int, list[tuple[Id, Fingerprint]]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def see(self, words: Fingerprint | Sequence[str], name: Id) -> Id | None:
        """The name of the first text that this one is a copy of; None for a new one, which is remembered under `name`.

        A copy is not remembered: what is like it is compared with the first.
        """
        seen = words if isinstance(words, Fingerprint) else Fingerprint(tuple(words))
        if not seen.says_enough:
            return None
        found = self._same.get(frozenset(seen.words))
        if found is None:
            found = self._alike(seen)
        if found is None:
            self._remember(name, seen)
        return found

    def _alike(self, seen: Fingerprint) -> Id | None:
        near = [each for band in seen.bands for each in self._bands.get(band, ())]
        alike = ((likeness(seen, other), -place, name) for place, (name, other) in enumerate(_once(near)))
        best = max(alike, key=lambda each: each[:2], default=None)
        return best[2] if best and best[0] >= ALIKE else None

    def _remember(self, name: Id, seen: Fingerprint) -> None:
        self._kept.append((name, seen))
        self._same[frozenset(seen.words)] = name
        for band in seen.bands:
            self._bands.setdefault(band, []).append((name, seen))
        if len(self._kept) > self._remembered:
            self._forget(*self._kept.popleft())

    def _forget(self, name: Id, seen: Fingerprint) -> None:
        del self._same[frozenset(seen.words)]
        for band in seen.bands:
            left = [each for each in self._bands.pop(band, ()) if each[1] is not seen]
            if left:
                self._bands[band] = left


def _once(near: Iterable[tuple[Id, Fingerprint]]) -> Iterator[tuple[Id, Fingerprint]]:
    seen: set[int] = set()
    for name, other in near:
        if id(other) not in seen:
            seen.add(id(other))
            yield name, other


def _mixed(band: int, rows: Sequence[int]) -> int:
    return _signed(struct.pack(f"<B{len(rows)}I", band, *rows))


def _signed(told: bytes) -> int:
    return int(struct.unpack("<q", blake2b(told, digest_size=8).digest())[0])
