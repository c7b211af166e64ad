"""Is what is heard now more than is usual, does it rise faster, is its tone worse, is it silent? Pure.

Counts are of people, not of posts: whoever writes five times in five minutes is one. They come in cells of five minutes
counted back from the moment of the look, the newest of them also by the minute, so that a look a minute misses no beginning.

How strict a look is follows from one number, `FALSE_ALARMS_A_WEEK`, of a whole workspace: it is shared out among its
series, the tests made of each, and the looks of a week. What begins is looked for in stretches of 2 to 15 minutes that end
now, and the least likely of them counts. They overlap, and so do looks a minute apart: all of a week together are so many
chances as `SCANS` says, measured on made-up weeks. For longer windows `LOOKS` says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from math import log, log10

from answerable.metrics import odds
from answerable.metrics.usual import WEEK, Usual

CELL = 5
"""Minutes."""
CELLS = 36
NEWEST = 15
"""Minutes that are known one by one."""
SCANNED = (2, 3, 4, 5, 6, 8, 10, 12, NEWEST)
"""Minutes of the stretches that end now; a wave of any size is nearly as long as one of them when it can first be told."""
SCANS = 40_000
"""Chances of one series in a week, as measured on made-up weeks where an alarm is as rare as for twenty series."""
WINDOWS = (12, 36)
RISE, BEFORE = 3, 12
"""Speed: so many cells against so many before them."""
LEAST_PEOPLE = 5
LEAST_TIMES = 2.0
"""What is less than twice the usual is no wave, however sure it is."""
FALSE_ALARMS_A_WEEK = 0.5
SOON = 0.6
"""The part of them that is for what begins; the other tests share the rest."""
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


@dataclass(frozen=True)
class Lately:
    """People by five minutes and the newest of them by the minute, what is newest first."""

    cells: Sequence[int]
    newest: Sequence[int]


def look(lately: Lately, usual: Usual, minute: float, *, among: int, tone: Tone | None = None) -> Finding | None:
    """What stands out most at this minute of the week, None where nothing does. `among` is the number of series watched."""
    if sum(lately.cells[:CELLS]) < LEAST_PEOPLE:
        return None
    since = partial(_since, lately, usual, minute)
    found = [*_beginnings(lately.newest, usual, minute, among, since)]
    found += [*_volumes(lately.cells, usual, minute, among, since), *_speed(lately.cells, usual, minute, among, since)]
    found += _tone(tone, among)
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
    return log10(FALSE_ALARMS_A_WEEK * (1 - SOON) / TESTS / max(among, 1) / looks)


def limit_of_beginnings(among: int) -> float:
    """The power of ten below which the least likely of the stretches that end now is an alarm."""
    return log10(FALSE_ALARMS_A_WEEK * SOON / max(among, 1) / SCANS)


def chances(sort: Sort, minutes: int) -> float:
    """For how many chances the looks of a week count that may find this."""
    return SCANS if sort == Sort.VOLUME and minutes <= NEWEST else LOOKS * WEEK * CELL / minutes


def is_over(cells: Sequence[int], usual: Usual, minute: float) -> bool:
    """An hour with less than one and a half times the usual, or with hardly anybody."""
    seen = sum(cells[:12])
    return seen < LEAST_PEOPLE or seen < 1.5 * usual.between(minute - 60, minute)


def _beginnings(
    newest: Sequence[int], usual: Usual, minute: float, among: int, since: Callable[[], int]
) -> Iterator[Finding]:
    allowed = limit_of_beginnings(among)
    for size in SCANNED:
        if found := _more(sum(newest[:size]), usual, minute, size, allowed):
            yield Finding(Sort.VOLUME, size, *found, since())


def _volumes(
    cells: Sequence[int], usual: Usual, minute: float, among: int, since: Callable[[], int]
) -> Iterator[Finding]:
    for size in WINDOWS:
        if found := _more(sum(cells[:size]), usual, minute, size * CELL, limit(size, among)):
            yield Finding(Sort.VOLUME, size * CELL, *found, since())


def _more(seen: int, usual: Usual, minute: float, minutes: int, allowed: float) -> tuple[int, float, float] | None:
    """How many were seen, how many are usual, and the odds, where they are an alarm."""
    if seen < LEAST_PEOPLE:
        return None
    mean = usual.between(minute - minutes, minute)
    if seen < LEAST_TIMES * mean:
        return None
    chance = odds.above(seen, mean, usual.variance(mean, minutes))
    return (seen, mean, chance) if chance < allowed else None


def _speed(cells: Sequence[int], usual: Usual, minute: float, among: int, since: Callable[[], int]) -> list[Finding]:
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
    return [Finding(Sort.SPEED, RISE * CELL, seen, expected, chance, since())]


def _tone(tone: Tone | None, among: int) -> list[Finding]:
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


def _since(lately: Lately, usual: Usual, minute: float) -> int:
    """Minutes back to where the wave most likely began: the stretch that twice the usual explains best."""
    best, total, begin, back = float("-inf"), 0.0, 1, 0
    steps = [(1, each) for each in lately.newest] + [(CELL, each) for each in lately.cells[NEWEST // CELL : CELLS]]
    for length, count in steps:
        end = minute - back
        total += count * log(2) - usual.between(end - length, end)
        back += length
        if total > best:
            best, begin = total, back
    return begin
