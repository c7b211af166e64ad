"""How much of what is there was found, from heaps of which some are read whole and some by lot. Pure.

Each heap stands for all that is in it: what a lot finds is weighed by how much it stands for. The intervals are exact (Clopper
and Pearson 1934), and each heap has its part of the error, so that what is put together is known with at least 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.core.shares import interval

ERROR = 0.05
FEWEST = 10
"""Events below which no share is said."""
FOR_A_CLAIM = 140
"""Events of which 133 must be found, so that 95 % are said with at least 90 % for sure."""


@dataclass(frozen=True)
class Heap:
    """So many of a sort came; so many were read, and so many of those were events. `by_lot`: chance chose what was read."""

    size: int
    read: int
    events: int
    by_lot: bool = False

    @property
    def is_whole(self) -> bool:
        return self.read >= self.size

    def told(self, error: float) -> tuple[float, float, float] | None:
        """How many events it holds: as seen, at least, at most. None where nothing says anything about the rest."""
        if self.is_whole:
            return (self.events,) * 3
        most = float(self.events + self.size - self.read)
        if not self.by_lot:
            return self.events, self.events, most
        if self.read == 0:
            return None
        low, high = interval(self.events, self.read, sure=1 - error)
        seen = self.events / self.read
        return self.size * seen, max(float(self.events), self.size * low), min(most, self.size * high)


@dataclass(frozen=True)
class Recall:
    """The share of events that was found: as seen, at least, at most. `events` were seen by people, `read` were read."""

    seen: float
    low: float
    high: float
    events: int
    read: int


def recall(found: Heap, missed: Sequence[Heap]) -> Recall | None:
    """The share of all events that is in the heap `found`. None where too little was read to say anything."""
    heaps = [found, *missed]
    events = sum(each.events for each in heaps)
    error = ERROR / max(1, sum(not each.is_whole and each.by_lot for each in heaps))
    told = [each.told(error) for each in heaps]
    known = [each for each in told if each is not None]
    if len(known) < len(told) or events < FEWEST:
        return None
    (hit, hit_low, hit_high), rest = known[0], known[1:]
    lost, lost_low, lost_high = (sum(each[place] for each in rest) for place in range(3))
    return Recall(
        _share(hit, lost),
        _share(hit_low, lost_high),
        _share(hit_high, lost_low),
        events,
        sum(each.read for each in heaps),
    )


def still_to_read(found: int, rest: int, *, target: float) -> int | None:
    """How many of the rest must be read by lot, with no event among them, to show that at least `target` of all was found.

    The stop rule with a sampled certificate (after Lewis, Yang and Frieder 2021): a fixed share, and no guess from a curve
    that grows flat. None where even reading all but one would not show it.
    """
    if rest == 0:
        return 0
    bearable = found * (1 - target) / target
    if found == 0:
        return None
    low, high = 1, rest
    if not _shows(high, rest, bearable):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(middle, rest, bearable) else (middle + 1, high)
    return low


def _shows(read: int, rest: int, bearable: float) -> bool:
    return read >= rest or min(rest - read, rest * interval(0, read, sure=1 - 2 * ERROR)[1]) <= bearable


def _share(hit: float, lost: float) -> float:
    return hit / (hit + lost) if hit + lost else 0.0


@dataclass(frozen=True)
class Agreement:
    """How far two readers of the same agree: so many pairs, the share that is the same, and AC1, which chance is taken from."""

    pairs: int
    same: int
    ac1: float

    @property
    def interval(self) -> tuple[float, float]:
        return interval(self.same, self.pairs)


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement | None:
    """Gwet's AC1 (2008) of two readers and two answers; unlike kappa it holds where nearly everything is a no."""
    if not pairs:
        return None
    same = sum(one == other for one, other in pairs)
    share = sum(one + other for one, other in pairs) / (2 * len(pairs))
    chance = 2 * share * (1 - share)
    return Agreement(len(pairs), same, (same / len(pairs) - chance) / (1 - chance))
