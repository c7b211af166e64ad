"""A trained sum: what the words of a text add to the scores that were set by hand, for one language. It holds no words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from answerable.listening import topics
from answerable.listening.posts import Post
from answerable.listening.toning.looking import ABOUT, Look, Origin, Said, by_hand

TONES = ("negative", "neutral", "positive")
INTENTS = ("complaint", "question", "praise", "other")
ANSWERS = TONES + INTENTS
VERSION = 2
"""Weights that were learned from another way to look at a text are of no use."""


@dataclass(frozen=True)
class Sum:
    """`biases` and `weights` (by bucket) in log-odds, a number for each of `ANSWERS`. `card`: how it came to be."""

    language: str
    biases: Sequence[float]
    weights: Mapping[int, Sequence[float]]
    card: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, look: Look) -> list[float]:
        """The score of each answer, in log-odds, in the order of `ANSWERS`."""
        totals = [start + bias for start, bias in zip(hand_set(look), self.biases, strict=True)]
        for bucket in look.buckets:
            for place, weight in enumerate(self.weights.get(bucket, ())):
                totals[place] += weight
        return totals

    def parts(self, look: Look, answer: str) -> dict[Origin, float]:
        """What the score of an answer is the sum of, its bias (""), its phrases and its words."""
        place = ANSWERS.index(answer)
        sorts = {each.sort for each in look.found}
        known = by_hand()[answer]
        parts: dict[Origin, float] = defaultdict(float, {"": known["bias"] + self.biases[place]})
        for sort in sorted(sorts & known.keys()):
            parts[sort] += known[sort]
        for bucket, origin in look.buckets.items():
            if bucket in self.weights:
                parts[origin] += self.weights[bucket][place]
        return dict(parts)


def hand_set(look: Look) -> list[float]:
    """The scores by the weights that were set by hand. Each sort of phrase counts once, however often it is said."""
    sorts = {each.sort for each in look.found}
    return [
        known["bias"] + sum(known.get(sort, 0.0) for sort in sorts) for known in (by_hand()[each] for each in ANSWERS)
    ]


def told(each: Sum) -> dict[str, Any]:
    """A sum as it is kept: numbers only."""
    weights = {str(bucket): [round(weight, 3) for weight in row] for bucket, row in each.weights.items()}
    return {
        "version": VERSION,
        "language": each.language,
        "biases": list(each.biases),
        "weights": weights,
        "card": each.card,
    }


def read(kept: Mapping[str, Any]) -> Sum | None:
    """The sum that was kept, or None where it was made by another version."""
    if kept.get("version") != VERSION:
        return None
    weights = {int(bucket): tuple(row) for bucket, row in kept["weights"].items()}
    return Sum(kept["language"], tuple(kept["biases"]), weights, kept["card"])


def words_of(look: Look, origin: Origin) -> list[Said]:
    """Where a part of a score stands in the text."""
    if isinstance(origin, str) and origin.startswith(ABOUT):
        found = topics.words_of(topics.Topic(origin.removeprefix(ABOUT)), Post(look.text), look.language)
        return [Said(look.text[each.start : each.end], each.start, each.end, origin) for each in found if not each.fact]
    if isinstance(origin, str):
        return [each for each in look.found if each.sort == origin]
    start, end = look.word(origin)
    return [Said(look.text[start:end], start, end, "word")]
