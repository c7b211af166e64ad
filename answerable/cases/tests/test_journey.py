"""The journey: every hour belongs to somebody, and the sums are the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.cases import journey
from answerable.cases.journey import Cause, Fact, Limits, Sort

START = datetime(2026, 6, 22, 10, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def spent(*facts: Fact, end: float = 100) -> dict[str, float]:
    found = journey.trace(facts, start=START, end=at(end))
    return {cause: found.spent(cause) / timedelta(hours=1) for cause in Cause if found.spent(cause)}


MOMENTS = st.integers(-50, 5000).map(lambda minutes: START + timedelta(minutes=minutes))
FACTS = st.builds(
    Fact,
    at=MOMENTS,
    sort=st.sampled_from(Sort),
    who=st.sampled_from(["", "team:1", "user:1", "user:2"]),
    works=st.booleans(),
    until=st.none() | MOMENTS,
)


@given(st.lists(FACTS, max_size=30), st.integers(0, 5000))
def test_segments_cover_the_time_without_gap_or_overlap(facts: list[Fact], minutes: int) -> None:
    end = START + timedelta(minutes=minutes)
    found = journey.trace(facts, start=START, end=end)
    edges = [START, *(each.end for each in found.segments)]
    assert [each.start for each in found.segments] == edges[:-1]
    assert edges[-1] == end
    assert all(each.start < each.end for each in found.segments)


@given(st.lists(FACTS, max_size=30), st.integers(0, 5000))
def test_the_sums_by_cause_are_the_whole(facts: list[Fact], minutes: int) -> None:
    found = journey.trace(facts, start=START, end=START + timedelta(minutes=minutes))
    assert sum((found.spent(cause) for cause in Cause), timedelta()) == found.total


@given(st.lists(FACTS, max_size=20), st.randoms())
def test_the_order_in_which_facts_are_gathered_does_not_matter(facts: list[Fact], chance: object) -> None:
    apart = list({fact.at: fact for fact in facts}.values())
    shuffled = sorted(apart, key=lambda _: chance.random())  # type: ignore[attr-defined]
    end = START + timedelta(days=3)
    assert journey.trace(apart, start=START, end=end) == journey.trace(shuffled, start=START, end=end)


def test_an_answer_turns_the_waiting_and_a_deflection_does_not() -> None:
    told = Fact(at(0), Sort.SPOKE)
    assert spent(told, Fact(at(10), Sort.ANSWERED)) == {"us": 10, "customer": 90}
    assert spent(told, Fact(at(10), Sort.DEFLECTED)) == {"work": 1, "us": 99}


def test_what_somebody_takes_up_is_work_for_its_time_and_then_waits() -> None:
    assert spent(Fact(at(0), Sort.SPOKE), Fact(at(20), Sort.HELD, "user:1", works=True)) == {"work": 1, "us": 99}
    assert spent(Fact(at(0), Sort.SPOKE), Fact(at(99.5), Sort.TOUCHED)) == {"work": 0.5, "us": 99.5}


def test_a_reopened_case_was_not_solved_in_between() -> None:
    facts = (Fact(at(0), Sort.SPOKE), Fact(at(10), Sort.CLOSED), Fact(at(12), Sort.SPOKE), Fact(at(40), Sort.REOPENED))
    assert spent(*facts) == {"us": 70, "closed": 30}


def test_the_holder_of_each_hour_is_the_one_of_that_hour() -> None:
    facts = [Fact(at(0), Sort.HELD, "team:1"), Fact(at(5), Sort.HELD, "user:1"), Fact(at(8), Sort.HELD, "team:2")]
    found = journey.trace(facts, start=START, end=at(10))
    assert [(each.holder, each.lasts / timedelta(hours=1)) for each in found.segments] == [
        ("team:1", 5),
        ("user:1", 3),
        ("team:2", 2),
    ]
    assert [(hop.giver, hop.receiver) for hop in found.hops] == [("team:1", "user:1"), ("user:1", "team:2")]


@pytest.mark.parametrize(
    ("fact", "sort", "hours"),
    [
        (Fact(at(1), Sort.OFFERED, "team:2", until=at(21)), Sort.SLOW_OFFER, 20),
        (Fact(at(25), Sort.CAME_BACK, "user:1", "team:2", lasted=timedelta(hours=24)), Sort.CAME_BACK, 24),
        (Fact(at(2), Sort.PROMISE_BROKEN), Sort.PROMISE_BROKEN, None),
        (Fact(at(2), Sort.DEFLECTED), Sort.DEFLECTED, None),
        (Fact(at(2), Sort.SPOKE), Sort.UNANSWERED, 98),
    ],
)
def test_each_sort_of_crack_is_found(fact: Fact, sort: Sort, hours: float | None) -> None:
    (crack,) = journey.trace([fact], start=START, end=at(100)).cracks
    assert (crack.number, crack.sort) == (1, sort)
    assert crack.lasts == (timedelta(hours=hours) if hours else None)


def test_an_abandoned_call_is_a_crack_and_an_unanswered_word() -> None:
    call = Fact(at(2), Sort.CALL_ABANDONED, lasted=timedelta(minutes=12))
    found = journey.trace([call], start=START, end=at(100)).cracks
    assert [(each.number, each.sort) for each in found] == [(1, Sort.CALL_ABANDONED), (2, Sort.UNANSWERED)]


def test_what_is_within_its_limit_is_no_crack() -> None:
    facts = [
        Fact(at(0), Sort.SPOKE),
        Fact(at(1), Sort.OFFERED, "team:2", until=at(5)),
        Fact(at(24), Sort.ANSWERED),
        Fact(at(30), Sort.THIRD_PARTY),
    ]
    assert journey.trace(facts, start=START, end=at(100)).cracks == []


def test_a_limit_counts_the_hours_that_its_calendar_counts() -> None:
    facts = [Fact(at(0), Sort.SPOKE), Fact(at(60), Sort.ANSWERED)]
    limits = Limits(unanswered=timedelta(hours=24))
    closed = journey.trace(facts, start=START, end=at(100), limits=limits, span=lambda start, end: (end - start) / 3)
    assert closed.cracks == []


def test_a_case_without_any_time_has_no_segments() -> None:
    assert journey.trace([], start=START, end=START).segments == []
