"""What is usual is learnt once a day from what was counted."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

import pytest

from answerable.core.models import Event
from answerable.core.moments import now
from answerable.metrics import counting, learning
from answerable.metrics.models import Count, Series
from answerable.metrics.tests.waving import house, people_say
from answerable.testing.cast import Cast

HOUR = timedelta(hours=1)


def series(cast: Cast, days: int) -> Series:
    """One person each hour, for so many days; of the last two no message is there, and they are counted anew as empty."""
    begin = counting.slot_of(now() - timedelta(days=days))
    facts = {
        "workspace": cast.workspace,
        "team": cast.front_line,
        "sort": "all",
        "name": "",
        "learnt_at": now() - timedelta(days=1),
    }
    made = Series.objects.create(began_at=begin, **facts)
    Count.objects.bulk_create(
        Count(series=made, at=begin + HOUR * n, posts=2, people=1, negative=n % 2, toned=1) for n in range(days * 24)
    )
    return made


def test_a_week_is_enough_to_know_what_is_usual(cast: Cast) -> None:
    made = series(cast, 9)
    assert learning.learn_due(by=house(cast)) == 1
    made.refresh_from_db()
    assert made.weeks > 1
    assert median(made.per_hour) == pytest.approx(1.0, abs=0.2)
    assert made.negative == pytest.approx([0.5] * 168, abs=0.1)
    event = Event.objects.get(kind="usual_learnt")
    assert event.data == {"series": 1, "known": 1}


def test_before_a_week_nothing_is_usual(cast: Cast) -> None:
    made = series(cast, 6)
    learning.learn_due(by=house(cast))
    made.refresh_from_db()
    assert (made.per_hour, made.weeks) == ([], 0.0)


def test_it_is_learnt_once_a_day(cast: Cast) -> None:
    series(cast, 8)
    assert [learning.learn_due(by=house(cast)) for _ in range(2)] == [1, 0]
    Series.objects.update(learnt_at=now() - timedelta(days=1))
    assert learning.learn_due(by=house(cast)) == 1


def test_what_is_too_old_to_learn_from_is_forgotten(cast: Cast) -> None:
    made = series(cast, 8)
    Count.objects.create(series=made, at=now() - timedelta(weeks=20), posts=1, people=1)
    learning.learn_due(by=house(cast))
    assert Count.objects.filter(at__lt=now() - timedelta(weeks=12)).count() == 0


def test_a_desk_that_was_there_before_the_radar_is_counted_from_its_past(cast: Cast) -> None:
    people_say(cast.square, 1, at=now() - timedelta(days=20))
    learning.learn_due(by=house(cast))
    assert Series.objects.get(sort="all").weeks > 2
