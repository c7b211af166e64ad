"""Posts and saved queries made up for measuring, the same on every run.

Words follow Zipf's law, the mean post has eighty letters and four in ten are not plain ASCII, as in real streams. Of a hundred
posts twelve are copies of an earlier one, passed on with a few words before it or not, and three are copies with a word changed.
Queries are of two sorts: `brand` asks for what is in fewer than two of ten thousand posts, and is narrowed by common words, as
those of one maker are; `dense` asks for any word of a living language, which is a case of stress.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import accumulate
from random import Random

from answerable.core.moments import now

WORDS = 200_000
SYLLABLES = [
    "ba",
    "ke",
    "lo",
    "mi",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "zy",
    "ga",
    "du",
    "po",
    "cha",
    "ner",
    "sto",
    "law",
    "fi",
]
ACCENTED = ["sé", "dję", "pó", "ław", "ção", "ñu"]
ACCENTS = 0.05
COMMON, RARE = 2_000, 6_400
"""Ranks of words: the first are common ones that narrow, from the second on a word is in fewer than two of ten thousand posts."""
LEFT_OUT = 300
"""The commonest words, for which nobody asks alone."""
COPIES, CHANGED = 0.12, 0.03


class Sayings:
    """A vocabulary, commonest first, and what is said and asked with it."""

    def __init__(self, seed: int = 5) -> None:
        self.chance = Random(seed)
        self.words = self._words()
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))
        self._asked_for = list(accumulate((rank + 1) ** -0.7 for rank in range(WORDS - LEFT_OUT)))

    def posts(self, count: int) -> list[str]:
        """Lines of JSON."""
        chance, at, said = self.chance, now().isoformat(), list[str]()
        for _ in range(count):
            said.append(self._text(said))
        lines = ({"text": text, "author": f"@{chance.choice(self.words)}", "at": at} for text in said)
        return [json.dumps(line, ensure_ascii=False) for line in lines]

    def queries(self, sort: str, count: int) -> list[str]:
        drawn: Mapping[str, Callable[[], str]] = {"brand": self._brand, "dense": self._dense}
        return [self._query(drawn[sort]) for _ in range(count)]

    def _text(self, before: list[str]) -> str:
        chance, draw = self.chance, self.chance.random()
        if not before or draw >= COPIES + CHANGED:
            return " ".join(chance.choices(self.words, cum_weights=self._weights, k=chance.randint(3, 17)))
        text = chance.choice(before[-5_000:])
        if draw < COPIES:
            return text if chance.random() < 0.5 else f"RT @{chance.choice(self.words)}: {text}"
        parts = text.split()
        parts[chance.randrange(len(parts))] = chance.choice(self.words)
        return " ".join(parts)

    def _query(self, word: Callable[[], str]) -> str:
        chance = self.chance
        any_word = self.words[chance.randint(0, COMMON)]
        return chance.choice(
            [
                word(), word(), f'"{word()} {any_word}"', f"#{word()} OR @{word()}", f"({word()} OR {word()}) -{any_word}",
                f"{word()} NEAR/5 {any_word}", f"{word()} AND ({any_word} OR {word()}) AND NOT lang:pl", f"from:{word()}",
            ]
        )  # fmt: skip

    def _brand(self) -> str:
        return self.words[self.chance.randint(RARE, WORDS - 1)]

    def _dense(self) -> str:
        return self.chance.choices(self.words[LEFT_OUT:], cum_weights=self._asked_for)[0]

    def _words(self) -> list[str]:
        found = dict[str, None]()
        while len(found) < WORDS:
            syllables = self.chance.choices(SYLLABLES, k=self.chance.randint(2, 5))
            found["".join(syllables) + (self.chance.choice(ACCENTED) if self.chance.random() < ACCENTS else "")] = None
        return [*found]
