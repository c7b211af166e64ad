"""Sums: shifts, days off, and the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.clocks import daysoff
from answerable.clocks.calendars import MINUTES, WorkingCalendar, around_the_clock, end_of, office_days, plain_week
from answerable.clocks.reckoning import Pause, service_due
from answerable.clocks.tests import slowly
from answerable.core.errors import Invalid

HOUR = timedelta(hours=1)
# Each night in which clocks change, the zone, and how many minutes that local day has.
CHANGES = [
    ("Europe/Warsaw", date(2026, 3, 29), 1380),
    ("Europe/Warsaw", date(2026, 10, 25), 1500),
    ("America/Sao_Paulo", date(2017, 10, 15), 1380),  # there is no midnight on this day
    ("America/Sao_Paulo", date(2018, 2, 17), 1500),  # 23:00 to 24:00 comes twice
    ("America/Sao_Paulo", date(2018, 11, 4), 1380),
    ("America/Sao_Paulo", date(2019, 2, 16), 1500),  # the last change
    ("America/Sao_Paulo", date(2026, 11, 1), 1440),
    ("America/New_York", date(2026, 3, 8), 1380),
    ("America/New_York", date(2026, 11, 1), 1500),
    ("America/St_Johns", date(2010, 11, 6), 1499),  # clocks went from 00:01 back to 23:01 of the day before
    ("Europe/Lisbon", date(2026, 3, 29), 1380),
]


@pytest.mark.parametrize(("zone", "day", "minutes"), CHANGES)
def test_a_day_has_the_minutes_that_its_clocks_give_it(zone: str, day: date, minutes: int) -> None:
    found = around_the_clock(zone).stretches(day)
    assert sum((end - start for start, end in found), timedelta()) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("zone", "day", "minutes"), CHANGES)
def test_every_shift_of_such_a_night_is_what_the_wall_shows(zone: str, day: date, minutes: int) -> None:
    """A hundred weeks of random shifts, walked in quarters of an hour around the change."""
    random = Random(minutes)
    begin = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC)
    for _ in range(100):
        week = [sorted_shifts(random) for _ in range(7)]
        calendar = WorkingCalendar(zone, week)
        start = begin + random.randrange(96) * slowly.QUARTER
        end = start + random.randrange(1, 300) * slowly.QUARTER
        if zone != "America/St_Johns":  # its clocks changed at one minute past, between two quarters
            assert calendar.worked(start, end) == slowly.worked(start, end, zone, week, "")
        whole = around_the_clock(zone)
        assert whole.worked(start, end) == end - start


def sorted_shifts(random: Random) -> list[tuple[int, int]]:
    edges = sorted(random.sample(range(0, MINUTES + 1, 15), random.choice([0, 2, 4, 6])))
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_two_thousand_service_clocks_against_the_slow_reckoning() -> None:
    random = Random(77)
    zones = {"PL": "Europe/Warsaw", "BR": "America/Sao_Paulo", "US": "America/New_York"}
    week = [[(8 * 60, 12 * 60), (13 * 60, 17 * 60)]] * 4 + [[(7 * 60, 11 * 60)], [], []]
    calendars = {country: WorkingCalendar(zone, week, country) for country, zone in zones.items()}
    for _ in range(2_000):
        country = random.choice(list(zones))
        start = datetime(2016, 1, 1, tzinfo=UTC) + random.randrange(12 * 365 * 96) * slowly.QUARTER
        span = random.randrange(1, 60) * slowly.QUARTER
        assert calendars[country].after(start, span) == slowly.after(start, span, zones[country], week, country)


HOLIDAYS = [
    ("PL", date(2024, 12, 24), False),
    ("PL", date(2025, 12, 24), True),
    ("PL", date(2026, 6, 4), True),  # Corpus Christi
    ("BR", date(2023, 11, 20), False),
    ("BR", date(2024, 11, 20), True),
    ("US", date(2020, 6, 19), False),
    ("US", date(2022, 6, 20), True),  # 19 June on a Sunday, kept on Monday
    ("US", date(2026, 7, 3), True),  # 4 July on a Saturday, kept on Friday
    ("DE", date(2026, 10, 3), True),
    ("DE-BY", date(2026, 1, 6), True),
    ("DE", date(2026, 1, 6), False),
    ("PT", date(2026, 4, 25), True),
    ("EU", date(2026, 5, 9), True),
    ("EU", date(2026, 4, 2), True),  # Maundy Thursday
    ("", date(2026, 12, 25), False),
]


@pytest.mark.parametrize(("key", "day", "is_off"), HOLIDAYS)
def test_holidays_are_dated(key: str, day: date, is_off: bool) -> None:
    assert (day in daysoff.days_off(key, day.year)) is is_off


# Official Journal 2013/C 39/03 and 2021/C 201 I/02, as printed: working days on which the institutions rest.
OF_INSTITUTIONS = {
    2014: "01-01 01-02 04-17 04-18 04-21 05-01 05-09 05-29 05-30 06-09 07-21 08-15 12-24 12-25 12-26 12-29 12-30 12-31",
    2023: "01-02 04-06 04-07 04-10 05-01 05-09 05-18 05-19 05-29 07-21 08-15 11-01 11-02 12-25 12-26 12-27 12-28 12-29",
}


@pytest.mark.parametrize(("year", "printed"), list(OF_INSTITUTIONS.items()))
def test_the_institutions_rest_on_the_days_they_printed(year: int, printed: str) -> None:
    found = [day for day in daysoff.days_off("EU", year) if day.weekday() < 5]
    assert " ".join(f"{day:%m-%d}" for day in found) == printed


def test_easter_falls_where_the_library_puts_it() -> None:
    for year in range(1991, 2100):
        assert "Easter" in daysoff.days_off("PL", year)[daysoff.easter(year)]


def test_an_unknown_country_is_refused_with_a_sentence() -> None:
    with pytest.raises(Invalid, match=r"“XX”.*Nothing was changed"):
        daysoff.checked("XX")


def test_a_workspace_adds_and_removes_days() -> None:
    christmas, bridge = date(2026, 12, 25), date(2026, 6, 5)
    plain = office_days("Europe/Warsaw", "PL")
    ours = WorkingCalendar("Europe/Warsaw", plain.week, "PL", off=frozenset({bridge}), on=frozenset({christmas}))
    assert (plain.is_worked(bridge), plain.is_worked(christmas)) == (True, False)
    assert (ours.is_worked(bridge), ours.is_worked(christmas)) == (False, True)


def test_a_calendar_by_which_nobody_works_is_refused() -> None:
    empty = WorkingCalendar("UTC", plain_week([]))
    with pytest.raises(Invalid, match="at least one shift"):
        empty.after(datetime(2026, 7, 1, tzinfo=UTC), HOUR)


def test_the_end_of_a_day_is_the_second_time_that_the_clock_shows_it() -> None:
    day = date(2018, 2, 17)
    end = end_of(day, "America/Sao_Paulo")
    assert (end + timedelta(seconds=1)).astimezone(ZoneInfo("America/Sao_Paulo")).date() == day + timedelta(days=1)


BRAZIL = WorkingCalendar("America/Sao_Paulo", plain_week([(0, 9 * 60), (10 * 60, 23 * 60 + 45)], range(6)), "BR")
moments = st.integers(0, 11 * 365 * 86400).map(
    lambda seconds: datetime(2016, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=20))


@given(moments, spans, spans)
def test_a_later_start_or_a_longer_span_never_ends_earlier(at: datetime, one: timedelta, other: timedelta) -> None:
    assert BRAZIL.after(at, one) <= BRAZIL.after(at + other, one)
    assert BRAZIL.after(at, one) < BRAZIL.after(at, one + other)


@given(moments, spans)
def test_what_was_worked_until_the_end_is_the_span(at: datetime, span: timedelta) -> None:
    assert BRAZIL.worked(at, BRAZIL.after(at, span)) == span


@given(moments, spans, spans)
def test_working_time_adds_up(at: datetime, one: timedelta, other: timedelta) -> None:
    middle, end = at + one, at + one + other
    assert BRAZIL.worked(at, middle) + BRAZIL.worked(middle, end) == BRAZIL.worked(at, end)
    assert BRAZIL.worked(end, at) == timedelta()


@given(moments, spans, spans, spans)
def test_a_pause_adds_exactly_its_working_time(
    at: datetime, length: timedelta, wait: timedelta, pause: timedelta
) -> None:
    stood = Pause(at + wait, at + wait + pause)
    expected = BRAZIL.after(at, length + BRAZIL.worked(stood.start, at + wait + pause))
    assert service_due(at, length, [stood], BRAZIL) == expected >= service_due(at, length, [], BRAZIL)


@given(moments, spans, st.lists(st.tuples(spans, spans), max_size=5))
def test_pauses_that_overlap_count_once(
    at: datetime, length: timedelta, drawn: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = [Pause(at + wait, at + wait + long) for wait, long in drawn]
    assert service_due(at, length, pauses, BRAZIL) == service_due(at, length, [*pauses, *pauses[::-1]], BRAZIL)
