"""The radar on made-up weeks: false alarms in ordinary noise, and how soon a wave of five times the usual is found.

`python -m bench.radar` prints the tables of docs/listening.md; they are of no processor's speed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from answerable.metrics import usual, waves
from answerable.testing import noise

WEEK = noise.MINUTES
KNOWN = 8
"""Weeks from which the usual is learnt; learnt anew each day."""
WATCHED = 4
AMONG = 20
"""Series of the workspace, which share its false alarms."""
RATES = (0.5, 1, 2, 3, 5, 10, 20, 50)
CALM = 360
"""Minutes in which an alarm that was given is not given again."""


@dataclass(frozen=True)
class Stream:
    """How many people wrote until each minute."""

    until: Sequence[int]

    def learnt(self, minute: int) -> usual.Usual:
        end = minute - minute % 60
        begin = max(0, end - KNOWN * WEEK)
        slots = [self.until[each + 5] - self.until[each] for each in range(begin, end, 5)]
        found = usual.learn(slots, begin // 60 % usual.HOURS)
        assert found is not None, "a week is there"
        return found

    def lately(self, minute: int) -> waves.Lately:
        return waves.Lately(self._back(minute, 5, waves.CELLS), self._back(minute, 1, waves.NEWEST))

    def _back(self, minute: int, step: int, many: int) -> list[int]:
        until = self.until
        return [until[minute - step * each] - until[minute - step * (each + 1)] for each in range(many)]


def stream(seed: int, *, weeks: int, per_five: float, wave: tuple[int, int, float] | None = None) -> Stream:
    counts = noise.people(Random(seed), weeks=weeks, per_five=per_five, wave=wave)
    return Stream([*accumulate(counts, initial=0)])


def alarms(
    heard: Stream, begin: int, end: int, *, among: int = AMONG, learn_every: int = 1440
) -> Iterator[tuple[int, waves.Finding]]:
    """A look every minute, as in the house."""
    known, calm = heard.learnt(begin), 0
    for minute in range(begin, end):
        if minute % learn_every == 0:
            known = heard.learnt(minute)
        if minute < calm:
            continue
        found = waves.look(heard.lately(minute), known, minute % WEEK, among=among)
        if found is not None:
            yield minute, found
            calm = minute + CALM


def false_alarms(
    per_five: float, seeds: Sequence[int], *, among: int = AMONG, known: int = KNOWN, learn_every: int = 1440
) -> int:
    """In four ordinary weeks of as many series as there are seeds."""
    begin, end = known * WEEK, (known + WATCHED) * WEEK
    streams = (stream(seed, weeks=known + WATCHED, per_five=per_five) for seed in seeds)
    return sum(1 for each in streams for _ in alarms(each, begin, end, among=among, learn_every=learn_every))


def found_after(
    per_five: float, seeds: Sequence[int], *, times: float = 5.0, among: int = AMONG, known: int = KNOWN
) -> list[int]:
    """Minutes from the start of each wave until its alarm, shortest first; a day where there was none.

    Waves begin at any minute of the week; `per_five` is what is usual then.
    """
    found = []
    for seed in seeds:
        begin = known * WEEK + Random(seed).randrange(60, WEEK - 300)
        level = per_five / (noise.rate(begin, 1.0) * 5)
        heard = stream(seed, weeks=known + 1, per_five=level, wave=(begin, 240, times))
        first = next(alarms(heard, begin, begin + 240, among=among), None)
        found.append(first[0] - begin if first else 1440)
    return sorted(found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.radar", description="Measure what the radar finds.")
    parser.add_argument("--series", type=int, default=20, help="ordinary series for each rate")
    parser.add_argument("--waves", type=int, default=100, help="waves for each rate")
    parser.add_argument("--first", type=int, default=0, help="the first seed; those of waves are 1,000 higher")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.series)
    weeks = count = 0
    for rate in (0.2, 1, 5, 20):
        heard = false_alarms(rate, seeds)
        weeks, count = weeks + options.series * WATCHED, count + heard
        print(f"{rate:>5} in five minutes: {heard} false alarms in {options.series * WATCHED} weeks of one series")
    print(f"For {AMONG} series together: {count / weeks * AMONG:.2f} a week")
    for rate in RATES:
        after = found_after(rate, range(options.first + 1_000, options.first + 1_000 + options.waves))
        soon = [sum(each <= most for each in after) / len(after) for most in (5, 10, 15, 60)]
        print(f"{rate:>5}: " + ", ".join(f"{share:.0%} in {most}" for share, most in zip(soon, (5, 10, 15, 60), strict=True))
              + f"; half of them within {after[len(after) // 2]} minutes")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
