"""An estimate says what the sample says, how sure it is, and what it cannot know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.listening import estimating, glimpsing
from answerable.listening.models import Passing
from answerable.listening.posts import Post
from answerable.listening.tests.saved import change, save
from answerable.testing.cast import Cast

SAID = ["Velorin keeps me awake", "my GLIMO lost its battery", "good morning everybody", "so tired today"]


def went_by(cast: Cast, *texts: str, days: int = 1, times: int = 1) -> None:
    glimpsing.keep(cast.square, [Post(each) for each in texts] * times, at=now() - timedelta(days=days))


def test_the_sample_of_whole_days_stands_for_all_that_went_by(cast: Cast) -> None:
    went_by(cast, *SAID, days=1, times=10)
    went_by(cast, *SAID, days=2, times=10)
    went_by(cast, *SAID, days=0, times=10)
    Passing.objects.update(posts=4_000)
    found = estimating.estimate("velorin", viewer=cast.ben)
    assert (found.read, found.passed, found.days, found.found, found.is_today) == (80, 8_000, 2, 20, False)
    assert found.per_day == pytest.approx(1_000)
    assert 600 < found.low < 650 < 1_500 < found.high < 1_600


def test_what_was_found_is_shown_with_the_words_that_it_asked_for(cast: Cast) -> None:
    went_by(cast, *SAID)
    (example,) = estimating.estimate("glimo NEAR/3 battery", viewer=cast.ben).examples
    assert [example.text[each.start : each.end] for each in example.shown] == ["GLIMO", "battery"]
    assert example.channel == "sandbox"


def test_nothing_found_is_not_nothing(cast: Cast) -> None:
    went_by(cast, *SAID, times=10)
    found = estimating.estimate("zebra", viewer=cast.ben)
    assert (found.per_day, found.low, found.high) == (0, 0, 4)


def test_where_nothing_went_by_nobody_knows(cast: Cast) -> None:
    assert estimating.estimate("velorin", viewer=cast.ben).per_day is None
    went_by(cast, *SAID)
    assert estimating.estimate("velorin", viewer=cast.otto).read == 0


def test_today_is_asked_where_there_is_no_other_day(cast: Cast) -> None:
    went_by(cast, *SAID, days=0)
    found = estimating.estimate("velorin", viewer=cast.ben)
    assert (found.is_today, found.found) == (True, 1)


@pytest.mark.parametrize("query", ["from:@kamil velorin", "to:@care", "velorin OR @care"])
def test_a_query_that_asks_for_a_name_is_told_that_the_sample_has_none(cast: Cast, query: str) -> None:
    assert estimating.estimate(query, viewer=cast.ben).names
    assert not estimating.estimate("velorin #tag", viewer=cast.ben).names


def test_a_query_that_would_find_nearly_everything_is_refused_with_its_rate(cast: Cast) -> None:
    went_by(cast, *SAID, times=200)
    with pytest.raises(Invalid, match="25% of all posts, about 200 a day"):
        save(cast, "tired")
    query = save(cast, "zebra")
    with pytest.raises(Invalid, match="Nobody can read that"):
        change(cast, query, "velorin OR zebra")


@pytest.mark.parametrize("query", ["the", "que OR nie", "is it"])
def test_words_of_every_day_alone_are_refused_without_any_sample(cast: Cast, query: str) -> None:
    with pytest.raises(Invalid, match="everybody writes"):
        save(cast, query)
    assert save(cast, "the velorin").version == 1


def test_the_estimate_is_kept_with_the_version(cast: Cast) -> None:
    assert save(cast, "velorin").versions.get().per_day is None
    went_by(cast, *["velorin", *["something else"] * 99])
    assert save(cast, "velorin awake OR velorin", "Second").versions.get().per_day == pytest.approx(1)


@pytest.mark.parametrize(("count", "low", "high"), [(1, 0.025, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.63)])
def test_the_interval_is_the_exact_one_of_a_plain_count(count: int, low: float, high: float) -> None:
    """Garwood's limits of a Poisson count, from any table of them; Wilson and Hilferty's quantile comes close."""
    assert [*estimating._interval([(1.0, count)])] == [pytest.approx(low, abs=0.05), pytest.approx(high, rel=0.01)]
