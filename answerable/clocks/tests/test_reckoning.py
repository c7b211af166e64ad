"""Sums: every example that an authority prints, and ten thousand dates against a slow reckoning in other words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from answerable.clocks import rulebook
from answerable.clocks.calendars import WorkingCalendar, plain_week
from answerable.clocks.reckoning import (
    DayOne,
    Limit,
    Pause,
    Roll,
    Unit,
    alarms,
    due,
    earliest,
    service_due,
    service_left,
)
from answerable.clocks.tests import slowly

WARSAW, SAO_PAULO, NEW_YORK = "Europe/Warsaw", "America/Sao_Paulo", "America/New_York"
ZONES = {"PL": WARSAW, "BR": SAO_PAULO, "US": NEW_YORK, "DE": "Europe/Berlin", "PT": "Europe/Lisbon"}


def local(text: str, zone: str = WARSAW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_of(rule_id: str, start: str, *, zone: str = WARSAW, holidays: str = "") -> tuple[str, str]:
    at = local(start, zone)
    found = due(at, rulebook.rule(rule_id, on=at.date()).limit(holidays), zone=zone)
    return found.strict_day.isoformat(), found.legal_day.isoformat()


# Printed by MDCG 2023-3 Rev 2: information on 1 July 2022 gives 16 July; a death learned on 2 July gives 12 July. 16 July
# 2022 is a Saturday, so that the printed date is the strict one and the legal one lies after it.
PRINTED = [
    ("eu.mdr.87.3", "2022-07-01T09:00", "2022-07-16", "2022-07-18"),
    ("eu.mdr.87.5", "2022-07-02T09:00", "2022-07-12", "2022-07-12"),
]


@pytest.mark.parametrize(("rule", "start", "strict", "legal"), PRINTED)
def test_the_examples_that_mdcg_prints(rule: str, start: str, strict: str, legal: str) -> None:
    assert days_of(rule, start) == (strict, legal)
    assert date(2022, 7, 16).strftime("%A") == "Saturday"


def test_the_earliest_of_several_clocks_wins() -> None:
    """The printed pair again: the death was learned later and is due earlier."""
    incident, death = days_of("eu.mdr.87.3", "2022-07-01T09:00"), days_of("eu.mdr.87.5", "2022-07-02T09:00")
    assert min(incident, death) == death


LIMITS = [
    # Thursday: Friday and Saturday count, the end moves to Monday, and two working days lie inside.
    ("eu.mdr.87.4", "2026-07-02T15:00", "", "2026-07-04", "2026-07-06"),
    # Friday: Saturday and Sunday count, Monday alone is one working day, so that Tuesday is the end (art. 3(5)).
    ("eu.mdr.87.4", "2026-07-03T15:00", "", "2026-07-05", "2026-07-07"),
    ("eu.mdr.87.4", "2026-07-06T15:00", "", "2026-07-08", "2026-07-08"),
    # The institutions rest from 24 December to 2 January, and then it is a weekend.
    ("eu.mdr.87.5", "2026-12-14T08:00", "EU", "2026-12-24", "2027-01-04"),
    # In Poland 24 December is a holiday since 2025, and was none in 2024.
    ("eu.mdr.87.5", "2024-12-14T08:00", "PL", "2024-12-24", "2024-12-24"),
    ("eu.mdr.87.5", "2025-12-14T08:00", "PL", "2025-12-24", "2025-12-29"),
    # Day zero counts on a holiday, and the last day does not move.
    ("eu.gvp6.serious", "2026-05-03T10:00", "", "2026-05-18", "2026-05-18"),
    ("eu.gvp6.serious", "2026-06-26T10:00", "", "2026-07-11", "2026-07-11"),
    ("eu.gvp6.non_serious", "2026-01-01T10:00", "", "2026-04-01", "2026-04-01"),
    ("pl.pke.complaint", "2026-01-31T23:30", "", "2026-03-02", "2026-03-02"),
]


@pytest.mark.parametrize(("rule", "start", "holidays", "strict", "legal"), LIMITS)
def test_european_limits(rule: str, start: str, holidays: str, strict: str, legal: str) -> None:
    assert days_of(rule, start, holidays=holidays) == (strict, legal)


AMERICAN = [
    ("us.314.80.serious_unexpected", "2026-07-01T09:00", NEW_YORK, "2026-07-16"),
    ("us.803.50", "2026-06-01T09:00", NEW_YORK, "2026-07-01"),
    # Thursday before Juneteenth (Friday): Monday is the first work day, the fifth is the Friday after.
    ("us.803.53", "2026-06-18T09:00", NEW_YORK, "2026-06-26"),
    # 19 June was a work day before it became a holiday.
    ("us.803.53", "2020-06-18T09:00", NEW_YORK, "2020-06-25"),
    # Ten work days over Independence Day, which is kept on Friday 3 July 2026.
    ("us.803.30", "2026-06-30T09:00", NEW_YORK, "2026-07-15"),
    ("us.803.56", "2026-02-27T09:00", NEW_YORK, "2026-03-29"),
    ("us.314.81.field_alert", "2026-11-25T16:00", NEW_YORK, "2026-12-01"),
    ("us.310.305.to_applicant", "2026-07-01T09:00", NEW_YORK, "2026-07-06"),
    ("us.4.102.device_led", "2026-07-01T09:00", NEW_YORK, "2026-07-31"),
    ("us.4.102.drug_led", "2026-07-01T09:00", NEW_YORK, "2026-07-16"),
    ("us.fcc.informal", "2026-07-01T09:00", NEW_YORK, "2026-07-31"),
    ("br.rdc406.serious", "2026-07-01T09:00", SAO_PAULO, "2026-07-16"),
    ("br.rdc67.serious", "2026-07-01T09:00", SAO_PAULO, "2026-07-11"),
    ("br.rdc67.complaint", "2026-07-01T09:00", SAO_PAULO, "2026-07-31"),
    ("br.sac.answer", "2026-07-01T09:00", SAO_PAULO, "2026-07-08"),
    ("br.consumidor.answer", "2026-07-01T09:00", SAO_PAULO, "2026-07-11"),
]


@pytest.mark.parametrize(("rule", "start", "zone", "strict"), AMERICAN)
def test_american_limits_do_not_roll(rule: str, start: str, zone: str, strict: str) -> None:
    assert days_of(rule, start, zone=zone) == (strict, strict)


def test_hours_run_from_the_moment_over_a_change_of_clocks() -> None:
    """Seventy-two hours over the night in which Brazil's clocks went back, until 2019: an hour earlier by the wall."""
    at = local("2018-02-16T12:00", SAO_PAULO)
    found = due(at, Limit(72, Unit.HOURS), zone=SAO_PAULO)
    assert found.strict_at - at == timedelta(hours=72)
    assert found.strict_at == local("2018-02-19T11:00", SAO_PAULO)


def test_a_day_ends_by_the_wall_clock_of_the_workspace() -> None:
    """Half past eleven at night in São Paulo is the next day in Warsaw."""
    at = local("2026-07-01T23:30", SAO_PAULO)
    limit = rulebook.rule("us.803.50", on=at.date()).limit()
    assert due(at, limit, zone=SAO_PAULO).strict_day == date(2026, 7, 31)
    assert due(at, limit, zone=WARSAW).strict_day == date(2026, 8, 1)
    assert due(at, limit, zone=WARSAW).strict_at == local("2026-08-01T23:59:59")


def test_the_day_of_awareness_may_count_as_the_first() -> None:
    at = local("2026-07-01T09:00")
    assert due(at, Limit(5, Unit.CALENDAR_DAYS, day_one=DayOne.SAME_DAY), zone=WARSAW).strict_day == date(2026, 7, 5)


@pytest.mark.parametrize(
    ("start", "strict", "legal"),
    [
        ("2026-07-03T17:00", "2026-07-04T17:00", "2026-07-06T23:59:59"),  # Friday: the first working day is Monday
        ("2026-07-06T10:00", "2026-07-07T10:00", "2026-07-07T23:59:59"),
        ("2025-12-23T10:00", "2025-12-24T10:00", "2025-12-29T23:59:59"),
    ],
)
def test_twenty_four_hours_or_one_working_day(start: str, strict: str, legal: str) -> None:
    at = local(start)
    found = due(at, rulebook.rule("company.to_safety", on=at.date()).limit("PL"), zone=WARSAW)
    assert (found.strict_at, found.legal_at) == (local(strict), local(legal))


def moments(random: Random, zone: str) -> datetime:
    """Any minute between 2015 and 2034."""
    return datetime(2015, 1, 1, tzinfo=ZoneInfo(zone)) + timedelta(minutes=random.randrange(20 * 365 * 1440))


def test_ten_thousand_dates_against_the_slow_reckoning() -> None:
    random = Random(1182)
    for _ in range(10_000):
        country, length = random.choice(list(ZONES)), random.randint(1, 40)
        zone = ZONES[country]
        at = moments(random, zone)
        day = at.date()
        counted = due(at, Limit(length, Unit.CALENDAR_DAYS, Roll.EU_1182_71, holidays=country), zone=zone)
        assert counted.strict_day == slowly.calendar_days(day, length)
        assert counted.legal_day == slowly.rolled_by_1182_71(day, length, country)
        worked = due(at, Limit(length, Unit.WORKING_DAYS, holidays=country), zone=zone)
        assert worked.strict_day == worked.legal_day == slowly.working_days(day, length, country)
        next_one = due(at, Limit(length, Unit.CALENDAR_DAYS, Roll.NEXT_WORKING_DAY, holidays=country), zone=zone)
        assert next_one.legal_day == slowly.next_office_day(next_one.strict_day, country)
        assert counted.strict_at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") == "23:59:59"


def test_earlier_awareness_moves_a_start_and_a_later_one_never() -> None:
    first, second = local("2026-07-01T09:00"), local("2026-07-02T09:00")
    assert earliest(second, first) == first
    assert earliest(first, second, None) == first
    assert earliest(None, second) == second


OFFICE = WorkingCalendar(WARSAW, plain_week([(8 * 60, 12 * 60), (12 * 60 + 30, 16 * 60 + 30)]), "PL")


def test_a_pause_moves_the_end_by_its_working_time_only() -> None:
    start = local("2026-07-06T08:00")  # Monday
    plain = service_due(start, timedelta(hours=10), [], OFFICE)
    assert plain == local("2026-07-07T10:00")
    night = Pause(local("2026-07-06T17:00"), local("2026-07-07T07:00"))
    assert service_due(start, timedelta(hours=10), [night], OFFICE) == plain
    lunch = Pause(local("2026-07-06T11:00"), local("2026-07-06T13:00"))
    assert service_due(start, timedelta(hours=10), [lunch], OFFICE) == local("2026-07-07T11:30")
    assert service_due(start, timedelta(hours=10), [lunch, lunch], OFFICE) == local("2026-07-07T11:30")
    assert service_due(start, timedelta(hours=10), [Pause(local("2026-07-06T11:00"))], OFFICE) == plain


def test_what_is_left_counts_working_time_and_turns_negative() -> None:
    due_at = local("2026-07-07T10:00")
    assert service_left(local("2026-07-06T15:30"), due_at, OFFICE) == timedelta(hours=3)
    assert service_left(local("2026-07-07T11:00"), due_at, OFFICE) == -timedelta(hours=1)


def test_warnings_come_before_the_strict_date_and_none_before_the_start() -> None:
    start, strict = local("2026-07-01T09:00"), local("2026-07-03T23:59:59")
    found = alarms(start, strict, [timedelta(hours=4), timedelta(days=10), timedelta(days=1)])
    assert found == [strict - timedelta(days=1), strict - timedelta(hours=4)]
