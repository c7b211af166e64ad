"""From texts that people judged to a sum, and how good it is on texts that it did not learn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from answerable.core.text.training import SEED, Example, shuffled, train
from answerable.listening.toning.looking import Look
from answerable.listening.toning.sums import ANSWERS, TONES, Sum, hand_set

FOLDS = 5
SIGNS = {"-": "negative", "0": "neutral", "+": "positive"}
LETTERS = {"c": "complaint", "q": "question", "p": "praise", "o": "other"}
# Chosen once on the starters by parts left out; not tuned since.
RATE, ROUNDS = 0.1, 10
WEIGHTLESS = 0.005
"""A weight that changes no answer is not kept."""


@dataclass(frozen=True)
class Judged:
    """A text with what a person says that it is; "" for what nobody said. `group`: what must not be torn apart when a set
    is split (an author).
    """

    text: str
    tone: str
    intent: str
    group: str = ""


@cache
def starters(language: str) -> tuple[Judged, ...]:
    """The sentences that the start is learned from: a sign for the tone, a letter for the intent, the text."""
    lines = files("answerable.listening.toning").joinpath(f"starters/{language}.txt").read_text("utf-8").splitlines()
    return tuple(Judged(line[3:], SIGNS[line[0]], LETTERS[line[1]]) for line in lines)


@cache
def start(language: str) -> Sum:
    """What is known of a language without any verdict. The same sentences give the same sum; it takes part of a second."""
    return learn(starters(language), language)


def learn(judged: Iterable[Judged], language: str) -> Sum:
    """A sum from all these texts."""
    texts = list(judged)
    looks = [Look(each.text, language) for each in texts]
    kept: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(ANSWERS))
    biases = []
    for place, answer in enumerate(ANSWERS):
        pairs = [(look, each) for look, each in zip(looks, texts, strict=True) if _said(each, answer)]
        examples = [_example(look, each, place, answer) for look, each in pairs]
        bias, weights = train(examples, rate=RATE, rounds=ROUNDS)
        biases.append(bias)
        for bucket, weight in weights.items():
            if abs(weight) >= WEIGHTLESS:
                kept[bucket][place] = weight
    return Sum(language, tuple(biases), {bucket: tuple(row) for bucket, row in kept.items()}, _card(texts))


def folds(judged: Iterable[Judged]) -> list[list[Judged]]:
    """The texts in `FOLDS` parts; what one author wrote is in one of them."""
    parts: list[list[Judged]] = [[] for _ in range(FOLDS)]
    texts = list(judged)
    groups = {
        group: place for place, group in enumerate(shuffled({each.group or each.text for each in texts}, seed=SEED))
    }
    for each in texts:
        parts[groups[each.group or each.text] % FOLDS].append(each)
    return parts


def _said(each: Judged, answer: str) -> str:
    """What somebody said of a text to the question that this is an answer to."""
    return each.tone if answer in TONES else each.intent


def _example(look: Look, each: Judged, place: int, answer: str) -> Example:
    return Example(list(look.buckets), hand_set(look)[place], answer in (each.tone, each.intent))


def _card(texts: Sequence[Judged]) -> dict[str, object]:
    return {
        "texts": len(texts),
        "tones": dict(Counter(each.tone for each in texts)),
        "intents": dict(Counter(each.intent for each in texts)),
        "seed": SEED,
    }
