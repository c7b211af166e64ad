"""Odds against sums that are obvious and slow."""

from __future__ import annotations

from math import comb, exp, factorial, isclose, log10

import pytest

from answerable.metrics import odds


@pytest.mark.parametrize(("count", "mean"), [(5, 1.0), (16, 5.0), (40, 10.0), (3, 0.2)])
def test_chance_alone_is_poisson_s_law(count: int, mean: float) -> None:
    fewer = sum(exp(-mean) * mean**each / factorial(each) for each in range(count))
    assert isclose(odds.above(count, mean, mean), log10(1 - fewer), abs_tol=1e-3)


def test_what_scatters_more_is_less_unusual() -> None:
    known = [odds.above(30, 10.0, 10.0 * spread) for spread in (1, 1.5, 2, 4)]
    assert known == sorted(known)


def test_the_negative_binomial_law_with_whole_numbers_is_as_in_the_book() -> None:
    """Mean 6, variance 18: three successes at one third."""
    fewer = sum(comb(each + 2, each) * (1 / 3) ** 3 * (2 / 3) ** each for each in range(20))
    assert isclose(odds.above(20, 6.0, 18.0), log10(1 - fewer), abs_tol=1e-6)
    assert isclose(odds.nothing(6.0, 18.0), log10((1 / 3) ** 3), abs_tol=1e-9)


def test_nothing_unusual_is_certain() -> None:
    assert odds.above(3, 5.0, 5.0) == 0.0
    assert odds.above(0, 0.0, 0.0) == 0.0
    assert odds.share(1, 10, 0.5, 100.0) == 0.0
    assert odds.share(0, 0, 0.5, 100.0) == 0.0


def test_a_share_that_is_well_known_is_a_plain_binomial() -> None:
    more = sum(comb(12, each) * 0.25**each * 0.75 ** (12 - each) for each in range(9, 13))
    assert isclose(odds.share(9, 12, 0.25, 1e7), log10(more), abs_tol=1e-3)


def test_a_share_known_from_few_is_less_sure() -> None:
    assert odds.share(9, 12, 0.25, 20.0) > odds.share(9, 12, 0.25, 400.0)


def test_odds_stay_numbers_however_small_they_are() -> None:
    assert -1e6 < odds.above(100_000, 20.0, 60.0) < -100
    assert odds.above(5, 0.0, 0.0) == float("-inf")
