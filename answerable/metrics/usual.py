"""What is usual for this hour and weekday, learnt from eight weeks so that no wave of the past spoils it.

1. Hours are counted in the workspace's own time: Monday at 9 is the hour 9 of 168.
2. An hour of the past counts for no more than its part of the day and its weekday let expect, with room for chance:
   a wave is cut down to that, and so it does not become usual.
3. The usual of an hour is the mean of this hour in each week, an hour on both sides helping, drawn towards what its
   hour of the day and its weekday say by themselves; so that two weeks are enough to begin.
4. It follows the level of the last seven days, at most by half or double.
5. Two numbers say how counts scatter about it: `spread` within an hour, `wobble` from hour to hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import sqrt
from statistics import fmean, median

HOURS = 168
SLOTS = 12
"""Slots of five minutes in an hour."""
WEEK = HOURS * SLOTS
OWN_WEEKS = 1.0
"""The weight, in weeks, of what the hour of the day and the weekday say by themselves."""
ROOM = 4.0
LEAST_WOBBLE, MOST_WOBBLE, MOST_SPREAD = 0.01, 1.0, 6.0
LEAST = 0.02
"""An hour: so much is always thought possible."""


@dataclass(frozen=True)
class Usual:
    """Counts an hour for each hour of the week from Monday on, how they scatter, and from how many weeks it is known."""

    per_hour: tuple[float, ...]
    spread: float
    wobble: float
    weeks: float

    @cached_property
    def _sums(self) -> list[float]:
        """What comes until each slot of the week, twice round; between the middles of hours it goes straight."""
        steps, middles = [], self._middles()
        for slot in range(WEEK):
            place = (slot + 0.5) / SLOTS - 0.5
            hour = int(place // 1)
            part = place - hour
            rate = middles[hour % HOURS] * (1 - part) + middles[(hour + 1) % HOURS] * part
            steps.append(max(rate, LEAST) / SLOTS)
        return list(accumulate([*steps, *steps], initial=0.0))

    def _middles(self) -> list[float]:
        """The rate in the middle of each hour, so that the straight ways between them add up to its count."""
        around = zip(
            self.per_hour, [self.per_hour[-1], *self.per_hour], [*self.per_hour[1:], self.per_hour[0]], strict=False
        )
        return [max(this * 1.25 - (before + after) / 8, this / 2) for this, before, after in around]

    def between(self, start: float, end: float) -> float:
        """What is usual from one minute of the week to a later one, within a week of it."""
        turn = start // (WEEK * 5) * (WEEK * 5)
        return self._until(end - turn) - self._until(start - turn)

    def _until(self, minute: float) -> float:
        place = minute / 5
        slot = int(place)
        before = self._sums[slot]
        return before + (self._sums[slot + 1] - before) * (place - slot) if place > slot else before

    def variance(self, mean: float, minutes: float) -> float:
        """Of a count of so many minutes: by chance, from hour to hour, and because the usual itself is not quite known."""
        an_hour = mean * 60 / minutes
        doubt = (self.spread / an_hour + self.wobble) / (2.7 * (self.weeks + OWN_WEEKS))
        return self.spread * mean + (self.wobble + doubt) * mean * mean


def learn(slots: Sequence[int], first_hour: int) -> Usual | None:
    """From counts of five minutes, whole hours, oldest first; the first hour is `first_hour` of its week.

    None where less than a week is known.
    """
    hours = [sum(slots[start : start + SLOTS]) for start in range(0, len(slots) - SLOTS + 1, SLOTS)]
    if len(hours) < HOURS:
        return None
    places = [(first_hour + number) % HOURS for number in range(len(hours))]
    plain, cut = _plain(hours, places)
    weeks = len(hours) / HOURS
    per_hour = _drawn(cut, places, plain)
    spread = _spread(slots, [have == kept for have, kept in zip(hours, cut, strict=True)])
    wobble = _wobble(hours, cut, places, per_hour, spread)
    level = _level(cut, places, per_hour)
    return Usual(tuple(max(each * level, LEAST) for each in per_hour), spread, wobble, weeks)


def _plain(hours: Sequence[int], places: Sequence[int]) -> tuple[list[float], list[float]]:
    """What the hour of the day and the weekday say by themselves, and the hours cut down to it; three times over."""
    of_day = [
        median(have for have, place in zip(hours, places, strict=True) if place % 24 == hour) for hour in range(24)
    ]
    plain = [max(of_day[place % 24], LEAST) * 1.5 for place in range(HOURS)]
    cut: list[float] = [*hours]
    for _ in range(3):
        cut = [min(have, _most(plain[place])) for have, place in zip(hours, places, strict=True)]
        plain = _parts(cut, places)
    return plain, cut


def _most(mean: float) -> float:
    return mean + ROOM * sqrt(1.5 * mean + 0.06 * mean * mean) + 3


def _parts(cut: Sequence[float], places: Sequence[int]) -> list[float]:
    whole = max(fmean(cut), LEAST)
    by_hour, by_day = [list[float]() for _ in range(24)], [list[float]() for _ in range(7)]
    for count, place in zip(cut, places, strict=True):
        by_hour[place % 24].append(count)
        by_day[place // 24].append(count)
    hour, day = [fmean(each) for each in by_hour], [fmean(each) for each in by_day]
    return [max(hour[place % 24] * day[place // 24] / whole, LEAST) for place in range(HOURS)]


def _smooth(counts: Sequence[float]) -> list[float]:
    inner = [
        0.25 * before + 0.5 * this + 0.25 * after
        for before, this, after in zip(counts, counts[1:], counts[2:], strict=False)
    ]
    return [counts[0], *inner, counts[-1]]


def _drawn(cut: Sequence[float], places: Sequence[int], plain: Sequence[float]) -> list[float]:
    """Hours help each other as shares of what is plain, so that the steep end of a night stays steep."""
    sums, weights = [OWN_WEEKS] * HOURS, [OWN_WEEKS] * HOURS
    expected = _smooth([plain[place] for place in places])
    for count, mean, place in zip(_smooth(cut), expected, places, strict=True):
        sums[place] += count / mean
        weights[place] += 1
    return [mean * total / weight for mean, total, weight in zip(plain, sums, weights, strict=True)]


def _spread(slots: Sequence[int], ordinary: Sequence[bool]) -> float:
    """From the two halves of ordinary hours, slot against slot: beyond the slope of the hour, what differs is chance."""
    half = SLOTS // 2
    apart = total = 0.0
    for number, is_so in enumerate(ordinary):
        if is_so:
            hour = slots[number * SLOTS : (number + 1) * SLOTS]
            rises = [late - early for early, late in zip(hour, hour[half:], strict=False)]
            slope = sum(rises) / half
            apart += sum((each - slope) ** 2 for each in rises)
            total += sum(hour)
    return min(max(apart / total * half / (half - 1), 1.0), MOST_SPREAD) if total else 1.0


def _wobble(
    hours: Sequence[int], cut: Sequence[float], places: Sequence[int], per_hour: Sequence[float], spread: float
) -> float:
    """From ordinary hours about their mean; each has a part in that mean, the more the fewer weeks there are."""
    apart = weight = 0.0
    for have, kept, place in zip(hours, cut, places, strict=True):
        if have == kept:
            mean = per_hour[place]
            apart += (have - mean) ** 2 - spread * mean
            weight += mean * mean
    own_part = 1 + HOURS / len(hours)
    return min(max(apart / weight * own_part, LEAST_WOBBLE), MOST_WOBBLE) if weight else LEAST_WOBBLE


def _level(cut: Sequence[float], places: Sequence[int], per_hour: Sequence[float]) -> float:
    """The middle one of the last seven days, each as a share of what was usual for it."""
    days = []
    for back in range(7):
        end = len(cut) - back * 24
        usual = sum(per_hour[place] for place in places[end - 24 : end])
        days.append(sum(cut[end - 24 : end]) / max(usual, LEAST))
    return min(max(median(days), 0.5), 2.0)
