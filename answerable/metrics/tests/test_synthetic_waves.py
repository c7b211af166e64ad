"""Made-up weeks: what the radar finds, and what it does not. docs/radar.md has the longer run of the same."""

from __future__ import annotations

from bench import radar


def test_a_wave_of_five_times_the_usual_is_found_within_five_minutes() -> None:
    """Where twenty people write in five minutes; of twenty series, with the limit that all of them share."""
    after = radar.found_after(20, range(5), known=2)
    assert after[-1] <= 5


def test_where_few_write_a_wave_is_found_later_and_still_found() -> None:
    assert radar.found_after(1, range(3), known=2)[-1] <= 120


def test_four_ordinary_weeks_give_less_than_one_false_alarm_a_week() -> None:
    """With the rhythm of day and week, restless hours, people who bring others, and growth."""
    assert radar.false_alarms(3, [3], among=1, known=2, learn_every=radar.WEEK) < 4
