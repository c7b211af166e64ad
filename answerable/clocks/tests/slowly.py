"""The same reckoning once more, slowly and in other words: walking day by day, quarter of an hour by quarter of an hour.

Shares nothing with the product but the meaning: it asks the library for holidays itself and reads the wall clock.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

QUARTER = timedelta(minutes=15)
ONE = timedelta(days=1)
CALENDARS: dict[str, holidays.HolidayBase] = {
    country: holidays.country_holidays(country) for country in ("PL", "BR", "US", "DE", "PT")
}


def is_office_day(day: date, country: str) -> bool:
    return day.isoweekday() <= 5 and not (country and day in CALENDARS[country])


def calendar_days(awareness: date, length: int) -> date:
    for _ in range(length):
        awareness += ONE
    return awareness


def working_days(awareness: date, length: int, country: str) -> date:
    while length:
        awareness += ONE
        if is_office_day(awareness, country):
            length -= 1
    return awareness


def rolled_by_1182_71(awareness: date, length: int, country: str) -> date:
    """Art. 3(4): the last hour of the next working day. Art. 3(5): two days or more hold at least two working days."""
    end = calendar_days(awareness, length)
    while True:
        inside, day = 0, awareness
        while day < end:
            day += ONE
            inside += is_office_day(day, country)
        if is_office_day(end, country) and (length < 2 or inside >= 2):
            return end
        end += ONE


def next_office_day(day: date, country: str) -> date:
    while not is_office_day(day, country):
        day += ONE
    return day


def is_worked(at: datetime, zone: str, week: list[list[tuple[int, int]]], country: str) -> bool:
    """Does the clock on the wall show a time inside a shift?"""
    wall = at.astimezone(ZoneInfo(zone))
    if country and wall.date() in CALENDARS[country]:
        return False
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in week[wall.weekday()])


def after(start: datetime, span: timedelta, zone: str, week: list[list[tuple[int, int]]], country: str) -> datetime:
    at, missing = start, span
    while missing:
        if is_worked(at, zone, week, country):
            missing -= QUARTER
        at += QUARTER
    return at


def worked(start: datetime, end: datetime, zone: str, week: list[list[tuple[int, int]]], country: str) -> timedelta:
    total, at = timedelta(), start
    while at < end:
        if is_worked(at, zone, week, country):
            total += QUARTER
        at += QUARTER
    return total
