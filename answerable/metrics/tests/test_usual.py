"""What is usual follows the hour and the weekday, and no wave of the past spoils it."""

from __future__ import annotations

from random import Random

import pytest

from answerable.metrics.usual import HOURS, SLOTS, Usual, learn
from answerable.testing import noise

WEEK = HOURS * SLOTS


def slots(weeks: int, per_five: float = 5.0, wave: tuple[int, int, float] | None = None) -> list[int]:
    counts = noise.people(Random(7), weeks=weeks, per_five=per_five, wave=wave)
    return [sum(counts[start : start + 5]) for start in range(0, len(counts), 5)]


def test_less_than_a_week_is_not_enough() -> None:
    assert learn([1] * (WEEK - SLOTS), 0) is None
    assert learn([1] * WEEK, 0) is not None


def test_the_usual_of_each_hour_is_near_what_made_it() -> None:
    usual = learn(slots(8), 0)
    assert usual is not None
    for hour in range(HOURS):
        true = noise.rate(hour * 60 + 30, 5.0) * 60 * 1.02**7
        assert usual.per_hour[hour] == pytest.approx(true, rel=0.35, abs=6)


def test_a_wave_of_the_past_does_not_become_usual() -> None:
    day = 15 * 1440 + 10 * 60
    calm, stirred = learn(slots(4), 0), learn(slots(4, wave=(day, 300, 8.0)), 0)
    assert calm is not None
    assert stirred is not None
    hours = [24 + 10 + each for each in range(5)]
    before, after = (sum(each.per_hour[hour] for hour in hours) for each in (calm, stirred))
    assert after < before * 1.35
    assert stirred.wobble < 0.2


def test_weeks_may_begin_at_any_hour() -> None:
    known = slots(3)
    whole, late = learn(known, 0), learn(known[50 * SLOTS :], 50)
    assert whole is not None
    assert late is not None
    assert late.per_hour[34] == pytest.approx(whole.per_hour[34], rel=0.25)


def test_more_than_before_becomes_usual_within_a_week() -> None:
    usual = learn(slots(7) + [2 * each for each in slots(1)], 0)
    assert usual is not None
    assert 1.5 < sum(usual.per_hour) / sum(noise.rate(each * 60 + 30, 5.0) * 60 for each in range(HOURS)) < 2.3


def test_nothing_at_all_is_usual_too() -> None:
    usual = learn([0] * (2 * WEEK), 0)
    assert usual is not None
    assert 0 < usual.between(0, 60) < 0.1


def test_a_window_is_the_sum_of_its_parts_also_over_the_end_of_the_week() -> None:
    usual = Usual(tuple(float(each) for each in range(HOURS)), 1.0, 0.01, 4.0)
    end = HOURS * 60 + 30
    assert usual.between(end - 90, end) == pytest.approx(
        usual.between(end - 90, end - 30) + usual.between(end - 30, end)
    )
    assert usual.between(-30, 0) == pytest.approx(usual.between(HOURS * 60 - 30, HOURS * 60))
    assert usual.between(60, 120) == pytest.approx(1.0, rel=0.01)


def test_what_is_known_from_less_scatters_more() -> None:
    flat = (4.0,) * HOURS
    assert Usual(flat, 1.0, 0.01, 1.0).variance(4.0, 60) > Usual(flat, 1.0, 0.01, 8.0).variance(4.0, 60)
