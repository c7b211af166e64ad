"""Intervals of shares: exact, as the published examples say, and refused where nothing was looked at."""

from __future__ import annotations

import pytest

from answerable.core.shares import interval


@pytest.mark.parametrize(("found", "of", "low"), [(133, 140, 0.90), (48, 50, 0.86), (72, 72, 0.95)])
def test_intervals_are_exact(found: int, of: int, low: float) -> None:
    """The examples of the published advice on honest evaluation."""
    assert interval(found, of)[0] == pytest.approx(low, abs=0.006)
    assert interval(0, of)[1] == pytest.approx(1 - interval(of, of)[0])
    assert interval(0, of)[0] == 0
    assert interval(of, of)[1] == 1


def test_an_interval_holds_for_many_thousands() -> None:
    low, high = interval(4_500, 5_000)
    # The normal approximation, which is good at this size: 0.9 and 1.96 standard errors either way.
    assert low == pytest.approx(0.8917, abs=0.001)
    assert high == pytest.approx(0.9083, abs=0.001)


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        interval(0, 0)
