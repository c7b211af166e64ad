"""Words whose frequencies fall as in a living language (Zipf), the same on every run."""

from __future__ import annotations

from itertools import accumulate
from random import Random

VOCABULARY = 20_000
_FIRST = [
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "br",
    "cr",
    "dr",
    "gl",
    "pl",
    "st",
    "tr",
]
_THEN = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]


class Words:
    """A vocabulary, commonest first, and texts drawn from it."""

    def __init__(self, seed: int = 7) -> None:
        self.random = Random(seed)
        self.all = self._invent()
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def draw(self, count: int) -> list[str]:
        return self.random.choices(self.all, cum_weights=self._weights, k=count)

    def sentence(self, count: int = 12) -> str:
        return " ".join(self.draw(count)).capitalize() + "."

    def text(self, count: int) -> str:
        return "\n".join(self.sentence() for _ in range(max(1, count // 12)))

    def _invent(self) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < VOCABULARY:
            syllables = 1 + len(found) // 5_000 + self.random.randint(0, 1)
            found["".join(self.random.choice(_FIRST) + self.random.choice(_THEN) for _ in range(syllables))] = None
        return list(found)
