"""What a look says of counts."""

from __future__ import annotations

from answerable.metrics import waves
from answerable.metrics.usual import HOURS, Usual
from answerable.metrics.waves import Sort, Tone

FLAT = Usual((60.0,) * HOURS, 1.1, 0.03, 8.0)
"""Five people in five minutes, always."""


def cells(*newest: int, usual: int = 5) -> list[int]:
    return [*newest, *[usual] * (waves.CELLS - len(newest))]


def lately(*newest: int, usual: int = 5) -> waves.Lately:
    """Counts by five minutes, spread over their minutes as evenly as whole people can be."""
    known = cells(*newest, usual=usual)
    minutes = [count // 5 + (place < count % 5) for count in known[:3] for place in range(5)]
    return waves.Lately(known, minutes)


def test_what_is_usual_is_no_alarm() -> None:
    assert waves.look(lately(), FLAT, 600, among=20) is None
    assert waves.look(lately(11, 8), FLAT, 600, among=20) is None


def test_a_wave_says_since_when_and_how_unusual() -> None:
    found = waves.look(lately(26, 24, 25), FLAT, 600, among=20)
    assert found is not None
    assert found.since == 15
    assert found.odds < -8
    assert found.seen > 4 * found.expected


def test_a_few_people_are_no_wave_however_quiet_it_is_usually() -> None:
    silent = Usual((0.02,) * HOURS, 1.0, 0.01, 8.0)
    assert waves.look(lately(4, usual=0), silent, 600, among=20) is None
    assert waves.look(lately(9, usual=0), silent, 600, among=20) is not None


def test_less_than_twice_the_usual_is_no_wave_however_sure() -> None:
    busy = Usual((60_000.0,) * HOURS, 1.0, 0.01, 8.0)
    assert waves.look(lately(usual=9_900), busy, 600, among=1) is None


def test_the_more_series_are_watched_the_stricter_each_look() -> None:
    assert waves.limit(1, 100) < waves.limit(1, 1) < -4
    assert waves.limit(1, 20) < waves.limit(12, 20)


def test_a_rise_is_seen_where_the_usual_is_wrong_by_as_much_on_both_sides() -> None:
    """Twice too high all along: three times what came before is less than twice what is “usual”."""
    high = Usual((120.0,) * HOURS, 1.1, 0.03, 8.0)
    found = waves.look(lately(25, 25, 25, usual=3), high, 600, among=5)
    assert found is not None
    assert found.sort == Sort.SPEED
    assert waves.look(lately(10, 10, 10, usual=4), high, 600, among=5) is None


def test_the_tone_turns_without_more_posts() -> None:
    calm, bad = Tone(20, 50, 0.3, 300), Tone(44, 50, 0.3, 300)
    assert waves.look(lately(), FLAT, 600, among=20, tone=calm) is None
    found = waves.look(lately(), FLAT, 600, among=20, tone=bad)
    assert found is not None
    assert (found.sort, found.seen) == (Sort.TONE, 44)
    assert waves.look(lately(), FLAT, 600, among=20, tone=Tone(5, 5, 0.3, 300)) is None


def test_a_source_that_usually_speaks_falls_silent() -> None:
    assert waves.silence(2, FLAT, 600, among=20) is None
    found = waves.silence(30, FLAT, 600, among=20)
    assert found is not None
    assert (found.sort, found.seen, found.since) == (Sort.SILENCE, 0, 150)


def test_a_source_that_says_little_may_be_silent_for_long() -> None:
    rare = Usual((0.05,) * HOURS, 1.0, 0.01, 8.0)
    assert waves.silence(72 * 12, rare, 600, among=20) is None


def test_it_is_over_when_an_hour_was_usual() -> None:
    assert waves.is_over(cells(), FLAT, 600)
    assert not waves.is_over(cells(*[12] * 12), FLAT, 600)
