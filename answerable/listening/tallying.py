"""How common words are of late, from a sample of the posts that went by: what the matcher files its queries by."""

from __future__ import annotations

from collections import Counter
from typing import Any

from answerable.listening.keys import Key
from answerable.listening.matcher import Matcher
from answerable.listening.posts import Heard

SAMPLED = 10
"""One post of so many is counted."""
FIRST, WINDOW = 2_000, 50_000
"""Posts after which queries are filed anew: soon after the beginning, and then each time so many went by."""
TREND = 0.002
"""A key that a larger part of the posts has is worth another look."""


class Tally:
    """The counts of one stretch of posts. A word that trends weighs as soon as the next stretch begins."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()
        self._posts, self._due_at = 0, FIRST

    @property
    def is_due(self) -> bool:
        return self._posts >= self._due_at

    def count(self, heard: Heard) -> None:
        self._posts += 1
        if self._posts % SAMPLED == 0:
            self._counts.update(heard.words)
            self._counts.update(heard.reading.pairs)

    def refile(self, matcher: Matcher[Any]) -> int:
        """File the busiest queries anew and begin the next stretch; returns how many lie elsewhere now."""
        moved = matcher.refile(self._counts, above=max(1, int(self._posts / SAMPLED * TREND)))
        self._counts, self._posts, self._due_at = Counter(), 0, WINDOW
        return moved
