"""What people's verdicts teach about setting aside: the words of another meaning, and where the gate of a sort stands.

Both are sums that a person can follow, and both err to the side of reading: nothing that people called ours is set aside by
what was learned from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from answerable.listening.copies import ALIKE
from answerable.listening.setting_aside import GATE, Meaning

FEWEST = 5
"""Verdicts for another meaning below which nothing is learned of it."""
FEWEST_OURS = 10
"""Posts of ours below which nobody knows what is common in them."""
SEEN = 3
"""A word that fewer of them have is chance."""
TIMES = 4.0
"""A word counts that is so many times commoner in the other meaning than in ours."""
MOST_WORDS = 60
HEAVIEST, LEAST_GATE = 2.0, 3.0
"""No word is enough alone."""
STEPS = (GATE, 1.5, 2.0, 3.0)
"""Where the gate of a sort that is known by signs may stand."""
STEPS_OF_COPIES = (ALIKE, 0.75, 0.9)
"""How alike a copy must be to be set aside."""
RIGHT = 0.95
"""So many of what is set aside must be right, as far as verdicts say; else the gate goes up a step."""
ENOUGH = 20
"""Verdicts below which a gate stays."""


def meaning(
    others: Sequence[frozenset[str]], ours: Sequence[frozenset[str]], *, never: frozenset[str] = frozenset()
) -> Meaning:
    """The words of posts in another meaning against those of ours. `Meaning()` while there are too few to tell.

    A word weighs the logarithm of how many times commoner it is there, and no more than `HEAVIEST`. The gate is above the sum
    of every post of ours. What is sought (`never`) says nothing about what is meant.
    """
    if len(others) < FEWEST or len(ours) < FEWEST_OURS:
        return Meaning()
    there, here = _counted(others), _counted(ours)
    ratios = {
        word: _times(seen, len(others), here[word], len(ours))
        for word, seen in there.items()
        if seen >= SEEN and word not in never
    }
    telling = sorted(((ratio, word) for word, ratio in ratios.items() if ratio >= TIMES), reverse=True)[:MOST_WORDS]
    words = {word: min(HEAVIEST, round(log(ratio), 2)) for ratio, word in telling}
    if not words:
        return Meaning()
    worst = max(sum(words[word] for word in post & words.keys()) for post in ours)
    return Meaning(words, max(LEAST_GATE, round(worst + 0.01, 2)))


def gate(verdicts: Iterable[tuple[float, bool]], steps: Sequence[float] = STEPS) -> float:
    """Where the gate of a sort belongs, by the scores of what was set aside and whether that was right.

    The lowest step from which on nearly all were right, as far as anybody said; infinite where there is none: then nothing
    is set aside as this sort any more.
    """
    judged = [*verdicts]
    if len(judged) < ENOUGH:
        return steps[0]
    for step in steps:
        above = [right for score, right in judged if score >= step]
        if sum(above) >= RIGHT * len(above):
            return step
    return float("inf")


def _counted(posts: Iterable[frozenset[str]]) -> Counter[str]:
    """Two letters are a word of grammar, except in scripts in which one is a word."""
    return Counter(word for post in posts for word in post if len(word) > 2 or not word.isascii())


def _times(there: int, of_there: int, here: int, of_here: int) -> float:
    """How many times commoner; half a post is added to both sides, so that a word never seen divides nothing by nothing."""
    return ((there + 0.5) / (of_there + 1)) / ((here + 0.5) / (of_here + 1))
