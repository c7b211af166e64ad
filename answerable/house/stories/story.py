"""What a story is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from answerable.house.stories.stage import Stage


@dataclass(frozen=True)
class Step:
    """One thing that happens: who does what, in words for the visitor; how long after the step before it happened."""

    who: str
    words: str
    act: Callable[[Stage], object]
    after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Story:
    """`whose` is the customer. `title` and `about` are translated where they are shown. `lasts` is how long it took in life."""

    key: str
    whose: str
    title: str
    about: str
    steps: Sequence[Step]

    @property
    def lasts(self) -> timedelta:
        return sum((step.after for step in self.steps), timedelta())
