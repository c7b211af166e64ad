"""Made-up days of a desk: how many people write in each minute, with the rhythm of the day and of the week.

Beside chance there is what makes real streams restless: some hours are louder than others for no reason, one who writes
brings others to write, there is a little more every week. A wave is so many times the usual for a while, whatever the mood.
"""

from __future__ import annotations

from math import cos, pi
from random import Random

MINUTES = 7 * 24 * 60
DAY = (
    0.25,
    0.15,
    0.1,
    0.08,
    0.08,
    0.12,
    0.3,
    0.6,
    1.0,
    1.3,
    1.4,
    1.4,
    1.3,
    1.2,
    1.2,
    1.2,
    1.2,
    1.3,
    1.5,
    1.7,
    1.8,
    1.6,
    1.1,
    0.6,
)
WEEKDAYS = (1.15, 1.1, 1.05, 1.0, 1.0, 0.8, 0.9)
RESTLESS = 0.2
BRINGS_ANOTHER = 0.15
GROWTH = 0.02


def rate(minute: int, per_five: float) -> float:
    """What is usual in this minute of the first week, where `per_five` is the mean of five minutes."""
    day, hour = minute // 1440 % 7, minute / 60 % 24
    part = hour % 1
    along = DAY[int(hour)] * (1 + cos(pi * part)) / 2 + DAY[(int(hour) + 1) % 24] * (1 - cos(pi * part)) / 2
    return per_five / 5 * along * WEEKDAYS[day] / (sum(DAY) / 24)


def people(chance: Random, *, weeks: int, per_five: float, wave: tuple[int, int, float] | None = None) -> list[int]:
    """Counts by the minute. `wave` is its first minute, its length and how many times the usual it is."""
    counts = [0] * (weeks * MINUTES + 60)
    begin, lasts, times = wave or (0, 0, 1.0)
    mood = 1.0
    for minute in range(weeks * MINUTES):
        if minute % 60 == 0:
            mood = chance.gammavariate(1 / RESTLESS**2, RESTLESS**2)
        louder = times if begin <= minute < begin + lasts else mood
        mean = rate(minute, per_five) * louder * (1 + GROWTH) ** (minute / MINUTES) * (1 - BRINGS_ANOTHER)
        for _ in range(_poisson(chance, mean)):
            counts[minute] += 1
            later = minute
            while chance.random() < BRINGS_ANOTHER:
                later += chance.randint(1, 10)
                counts[min(later, len(counts) - 1)] += 1
    return counts[: weeks * MINUTES]


def _poisson(chance: Random, mean: float) -> int:
    """By waiting for one after the other; where there are many, by the bell that comes close."""
    if mean > 10:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, waited = 0, chance.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += chance.expovariate(1.0)
    return count
