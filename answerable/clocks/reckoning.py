"""From a start to a due date: pure arithmetic, no database, no clock.

Each time limit has two dates. The strict one is the last day as it is counted; the legal one is what remains of it
after a weekend or a holiday at its end has moved it. Alarms run on the strict one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from answerable.clocks.calendars import NOTHING, WorkingCalendar, day_of, days, end_of, office_days

DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a length is counted in."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    SERVICE_HOURS = "service_hours"


class Roll(StrEnum):
    """What happens to a last day on which nobody works.

    `EU_1182_71`: it moves to the next working day, and a period of two days or more holds at least two working days
    (Regulation 1182/71 art. 3(4) and 3(5)). `ONE_WORKING_DAY`: the limit is at least the end of the first working day
    after the start ("24 hours or one business day").
    """

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"
    EU_1182_71 = "eu_1182_71"
    ONE_WORKING_DAY = "one_working_day"


class DayOne(StrEnum):
    """Which day is the first that counts."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"


@dataclass(frozen=True)
class Limit:
    """A time limit as a rule states it."""

    length: int
    unit: Unit
    roll: Roll = Roll.NONE
    day_one: DayOne = DayOne.NEXT_DAY
    holidays: str = ""


@dataclass(frozen=True)
class Due:
    """Both dates of a limit as moments, with their local dates."""

    strict_at: datetime
    legal_at: datetime
    strict_day: date
    legal_day: date


@dataclass(frozen=True)
class Pause:
    """A time in which a service clock stands still; `end` is None while it lasts."""

    start: datetime
    end: datetime | None = None


def due(start: datetime, limit: Limit, *, zone: str, service: WorkingCalendar | None = None) -> Due:
    """Both due dates of a limit that starts now. `zone` says which date it is; `service` is for service hours only.

    A day ends at 23:59:59 by the clock on the wall of `zone`. Hours are counted from the moment itself.
    """
    office = office_days(zone, limit.holidays)
    if limit.unit is Unit.HOURS:
        return _of_moment(start + timedelta(hours=limit.length), start, limit, zone)
    if limit.unit is Unit.SERVICE_HOURS:
        end = (service or office).after(start, timedelta(hours=limit.length))
        return _of_moment(end, start, limit, zone)
    strict = last_day(day_of(start, zone), limit, office)
    legal = rolled(strict, first_day(day_of(start, zone), limit.day_one), limit, office)
    return Due(end_of(strict, zone), end_of(legal, zone), strict, legal)


def first_day(start: date, day_one: DayOne) -> date:
    """The day that counts as the first."""
    return start + DAY if day_one is DayOne.NEXT_DAY else start


def last_day(start: date, limit: Limit, office: WorkingCalendar) -> date:
    """The last day as it is counted, in calendar days or in working days."""
    first = first_day(start, limit.day_one)
    if limit.unit is Unit.CALENDAR_DAYS:
        return first + timedelta(days=limit.length - 1)
    day, counted = first, int(office.is_worked(first))
    while counted < limit.length:
        day += DAY
        counted += office.is_worked(day)
    return day


def rolled(last: date, first: date, limit: Limit, office: WorkingCalendar) -> date:
    """The last day after the rule for weekends and holidays; never before `last`."""
    if limit.roll is Roll.NONE:
        return last
    if limit.roll is Roll.ONE_WORKING_DAY:
        return max(last, _working_from(first, office))
    last = _working_from(last, office)
    while limit.roll is Roll.EU_1182_71 and limit.length >= 2 and _worked_days(first, last, office) < 2:
        last = _working_from(last + DAY, office)
    return last


def earliest(known: datetime | None, *found: datetime | None) -> datetime | None:
    """The start of a clock moves to an earlier awareness that comes to light, never to a later one."""
    return min((each for each in (known, *found) if each is not None), default=None)


def service_due(start: datetime, length: timedelta, pauses: Iterable[Pause], calendar: WorkingCalendar) -> datetime:
    """When a service clock runs out: so much working time after `start`, and what was worked while it stood still.

    A pause that still lasts adds nothing: the clock will say when it goes on.
    """
    ended = [(each.start, each.end) for each in pauses if each.end is not None]
    stood = sum((calendar.worked(*each) for each in _apart(ended, start)), NOTHING)
    return calendar.after(start, length + stood)


def service_left(at: datetime, due_at: datetime, calendar: WorkingCalendar) -> timedelta:
    """The working time that remains at a moment; negative when it is over."""
    return calendar.worked(at, due_at) if at <= due_at else -calendar.worked(due_at, at)


def alarms(start: datetime, strict_at: datetime, before: Sequence[timedelta]) -> list[datetime]:
    """The moments of warning, earliest first; one that would come before the start is none."""
    return sorted(strict_at - each for each in before if strict_at - each > start)


def _of_moment(end: datetime, start: datetime, limit: Limit, zone: str) -> Due:
    day = day_of(end, zone)
    first = first_day(day_of(start, zone), limit.day_one)
    legal = rolled(day, first, limit, office_days(zone, limit.holidays))
    moved = legal != day or limit.roll is Roll.ONE_WORKING_DAY
    return Due(end, max(end, end_of(legal, zone)) if moved else end, day, legal)


def _working_from(day: date, office: WorkingCalendar) -> date:
    while not office.is_worked(day):
        day += DAY
    return day


def _worked_days(first: date, last: date, office: WorkingCalendar) -> int:
    return sum(office.is_worked(day) for day in days(first, last))


def _apart(pauses: Iterable[tuple[datetime, datetime]], start: datetime) -> list[tuple[datetime, datetime]]:
    """Pauses after the start, those that overlap made one, so that no moment stands still twice."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted((max(begin, start), end) for begin, end in pauses if end > start):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
