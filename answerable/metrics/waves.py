"""Is what is heard now more than is usual, does it rise faster, is its tone worse, is it silent? Pure.

Counts are of people, not of posts: whoever writes five times in five minutes is one. They come in cells of five minutes
counted back from the moment of the look, so that a look a minute misses no beginning.

How strict a look is follows from one number, `FALSE_ALARMS_A_WEEK`, of a whole workspace: it is shared out among its
series, the tests made of each, and the looks of a week. Looks that overlap are not new chances; `LOOKS` says how many
they count for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, log10

from answerable.metrics import odds
from answerable.metrics.usual import WEEK, Usual

CELL = 5
"""Minutes."""
CELLS = 36
WINDOWS = (1, 3, 12, 36)
RISE, BEFORE = 3, 12
"""Speed: so many cells against so many before them."""
LEAST_PEOPLE = 5
LEAST_TIMES = 2.0
"""What is less than twice the usual is no wave, however sure it is."""
FALSE_ALARMS_A_WEEK = 0.25
TESTS = len(WINDOWS) + 3
LOOKS = 3.0
"""Looks a minute apart count for so many as windows fit into the week."""
TONE_WINDOW = 12
LEAST_TONED = 8
MOST_CERTAIN = 400.0
QUIET = tuple(hours * 12 for hours in (1, 3, 6, 12, 24, 48, 72))
"""Silence is looked for in so many cells."""


class Sort(StrEnum):
    """What is unusual."""

    VOLUME = "volume"
    SPEED = "speed"
    TONE = "tone"
    SILENCE = "silence"


@dataclass(frozen=True)
class Tone:
    """Of so many whose tone is known, so many are negative; and what is usual, known from `certainty` earlier ones."""

    negative: int
    of: int
    usual: float
    certainty: float


@dataclass(frozen=True)
class Finding:
    """`seen` people in `minutes` where `expected` are usual; `odds` as a power of ten. It began `since` minutes ago."""

    sort: Sort
    minutes: int
    seen: int
    expected: float
    odds: float
    since: int

    @property
    def times(self) -> float:
        return self.seen / max(self.expected, 0.01)


def look(cells: Sequence[int], usual: Usual, minute: float, *, among: int, tone: Tone | None = None) -> Finding | None:
    """What stands out most at this minute of the week, None where nothing does. `among` is the number of series watched.

    `cells` hold the newest five minutes first.
    """
    if sum(cells[:CELLS]) < LEAST_PEOPLE:
        return None
    found = [*_volumes(cells, usual, minute, among), *_speed(cells, usual, minute, among)]
    found += _tone(tone, cells, among)
    return min(found, key=lambda each: each.odds, default=None)


def silence(cells_silent: int, usual: Usual, minute: float, *, among: int) -> Finding | None:
    """Nothing was heard for so many cells: is that unusual by now?"""
    for cells in QUIET:
        if cells > min(cells_silent, WEEK - 1):
            return None
        mean = usual.between(minute - cells * CELL, minute)
        found = odds.nothing(mean, usual.variance(mean, cells * CELL))
        if found < limit(cells, among):
            return Finding(Sort.SILENCE, cells_silent * CELL, 0, mean, found, cells_silent * CELL)
    return None


def limit(cells: int, among: int) -> float:
    """The power of ten below which a count in a window of so many cells is an alarm."""
    looks = LOOKS * WEEK / cells
    return log10(FALSE_ALARMS_A_WEEK / TESTS / max(among, 1) / looks)


def is_over(cells: Sequence[int], usual: Usual, minute: float) -> bool:
    """An hour with less than one and a half times the usual, or with hardly anybody."""
    seen = sum(cells[:12])
    return seen < LEAST_PEOPLE or seen < 1.5 * usual.between(minute - 60, minute)


def _volumes(cells: Sequence[int], usual: Usual, minute: float, among: int) -> list[Finding]:
    found = []
    for size in WINDOWS:
        seen = sum(cells[:size])
        if seen < LEAST_PEOPLE:
            continue
        mean = usual.between(minute - size * CELL, minute)
        if seen < LEAST_TIMES * mean:
            continue
        chance = odds.above(seen, mean, usual.variance(mean, size * CELL))
        if chance < limit(size, among):
            found.append(Finding(Sort.VOLUME, size * CELL, seen, mean, chance, _since(cells, usual, minute)))
    return found


def _speed(cells: Sequence[int], usual: Usual, minute: float, among: int) -> list[Finding]:
    """Against what came just before, so that it also sees a rise where the usual is wrong by as much on both sides."""
    seen, earlier = sum(cells[:RISE]), sum(cells[RISE : RISE + BEFORE])
    begin = minute - RISE * CELL
    mean, before = usual.between(begin, minute), usual.between(begin - BEFORE * CELL, begin)
    if seen < LEAST_PEOPLE or seen < LEAST_TIMES * max(mean, earlier * mean / before):
        return []
    hits, rest = int(seen / usual.spread), round(earlier / usual.spread + 0.5)
    chance = odds.share(hits, hits + rest, mean / (mean + before), min(2 / usual.wobble, MOST_CERTAIN))
    if chance >= limit(RISE, among):
        return []
    expected = max(earlier * mean / before, 0.1)
    return [Finding(Sort.SPEED, RISE * CELL, seen, expected, chance, _since(cells, usual, minute))]


def _tone(tone: Tone | None, cells: Sequence[int], among: int) -> list[Finding]:
    if tone is None or tone.of < LEAST_TONED:
        return []
    usual = min(max(tone.usual, 0.01), 0.99)
    if tone.negative < min(LEAST_TIMES * usual, (1 + usual) / 2) * tone.of:
        return []
    chance = odds.share(tone.negative, tone.of, usual, min(max(tone.certainty, 2.0), MOST_CERTAIN))
    if chance >= limit(TONE_WINDOW, among):
        return []
    minutes = TONE_WINDOW * CELL
    return [Finding(Sort.TONE, minutes, tone.negative, usual * tone.of, chance, minutes)]


def _since(cells: Sequence[int], usual: Usual, minute: float) -> int:
    """Minutes back to where the wave most likely began: the stretch that twice the usual explains best."""
    best, total, begin = float("-inf"), 0.0, 1
    for number, count in enumerate(cells[:CELLS], start=1):
        end = minute - (number - 1) * CELL
        total += count * log(2) - usual.between(end - CELL, end)
        if total > best:
            best, begin = total, number
    return begin * CELL
