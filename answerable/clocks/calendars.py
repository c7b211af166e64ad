"""Working calendars: several shifts a day, a time zone, days off. No database, and true on the days when clocks change.

A moment is working time when the clock on the wall lies in a shift of a day that is worked. So an hour that a change
of clocks repeats is worked twice, and an hour that it leaves out is not worked at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from answerable.clocks import daysoff
from answerable.core.errors import Invalid

DAY = timedelta(days=1)
MINUTES = 24 * 60
MOST_YEARS = 30
NOTHING = timedelta()

Shift = tuple[int, int]
"""From and to in minutes after midnight, on the clock on the wall; the end is not worked any more."""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """When somebody works. `week` holds the shifts of Monday to Sunday; `holidays` a country ("PL", "BR-SP", "EU").

    `off` are further days off, `on` holidays that are worked; both win over the country.
    """

    zone: str
    week: Sequence[Sequence[Shift]]
    holidays: str = ""
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    _years: dict[int, _Year] = field(default_factory=dict, repr=False)

    def is_worked(self, day: date) -> bool:
        """Is anything of this day worked?"""
        return bool(self.shifts(day))

    def shifts(self, day: date) -> Sequence[Shift]:
        """The shifts of one day: none on a day off."""
        is_off = day in self.off or (day not in self.on and day in daysoff.days_off(self.holidays, day.year))
        return () if is_off else self.week[day.weekday()]

    def stretches(self, day: date) -> list[Stretch]:
        """The shifts of one day as moments; one that a change of clocks cuts comes in pieces."""
        turn = _turn(self.zone, day)
        return _joined(piece for start, end in sorted(self.shifts(day)) for piece in turn.moments(day, start, end))

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none when the second comes first."""
        if end <= start:
            return NOTHING
        years = range(self._local_year(start), self._local_year(end) + 1)
        return sum((self._year(each).until(end) - self._year(each).until(start) for each in years), NOTHING)

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which so much has been worked since `start`. Raises `Invalid` when nobody works any more."""
        if span <= NOTHING:
            return start
        first = self._local_year(start)
        missing = span + self._year(first).until(start)
        for number in range(first, first + MOST_YEARS):
            year = self._year(number)
            if missing <= year.total:
                return year.moment(missing)
            missing -= year.total
        raise Invalid("Nobody works by this calendar, so its clocks never end. Give it at least one shift.", "shifts")

    def _local_year(self, at: datetime) -> int:
        return at.astimezone(ZoneInfo(self.zone)).year

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = _Year.of(self, number)
        return self._years[number]


@dataclass(frozen=True)
class _Year:
    """The working stretches of one year, with what has been worked up to the end of each."""

    starts: Sequence[datetime]
    sums: Sequence[timedelta]

    @classmethod
    def of(cls, calendar: WorkingCalendar, number: int) -> _Year:
        first, last = date(number, 1, 1), date(number, 12, 31)
        found = _joined(each for day in days(first, last) for each in calendar.stretches(day))
        lengths = [end - start for start, end in found]
        return cls([start for start, _ in found], list(accumulate(lengths, initial=NOTHING)))

    @property
    def total(self) -> timedelta:
        return self.sums[-1]

    def until(self, at: datetime) -> timedelta:
        """What was worked in this year before `at`."""
        place = bisect_right(self.starts, at)
        if place == 0:
            return NOTHING
        return min(self.sums[place - 1] + (at - self.starts[place - 1]), self.sums[place])

    def moment(self, worked: timedelta) -> datetime:
        """The first moment at which so much of this year was worked."""
        place = bisect_left(self.sums, worked)
        return self.starts[place - 1] + (worked - self.sums[place - 1])


@dataclass(frozen=True)
class _Turn:
    """The offset from UTC on one local day: `before` and `after` differ when clocks change at `at`, about that day."""

    before: timedelta
    after: timedelta
    at: datetime | None

    def moments(self, day: date, start: int, end: int) -> Iterator[Stretch]:
        midnight = datetime.combine(day, time.min, UTC)
        here = (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
        first = (here[0] - self.before, here[1] - self.before)
        if self.at is None:
            yield first
            return
        yield first[0], min(first[1], self.at)
        yield max(here[0] - self.after, self.at), here[1] - self.after


def day_of(at: datetime, zone: str) -> date:
    """The date on the wall."""
    return at.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """23:59:59 of a local day; where the clock shows that twice, the second time."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).replace(fold=1).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def plain_week(shifts: Sequence[Shift], weekdays: Iterable[int] = range(5)) -> tuple[Sequence[Shift], ...]:
    """A week with the same shifts on these weekdays (0 is Monday)."""
    chosen = set(weekdays)
    return tuple(tuple(shifts) if number in chosen else () for number in range(7))


@lru_cache(maxsize=1_000)
def around_the_clock(zone: str = "UTC") -> WorkingCalendar:
    """Every hour of every day: what a workspace has until it says when it works."""
    return WorkingCalendar(zone, plain_week([(0, MINUTES)], range(7)))


@lru_cache(maxsize=1_000)
def office_days(zone: str, holidays: str) -> WorkingCalendar:
    """Monday to Friday without the holidays of a country: what the law calls a working day."""
    return WorkingCalendar(zone, plain_week([(0, MINUTES)]), holidays)


@lru_cache(maxsize=20_000)
def _turn(zone: str, day: date) -> _Turn:
    """Zones are never more than fifteen hours from UTC, so a day and a half on either side sees every local moment."""
    here = ZoneInfo(zone)
    low = datetime.combine(day, time.min, UTC) - DAY
    high = low + 3 * DAY
    before, after = _offset(low, here), _offset(high, here)
    if before == after:
        return _Turn(before, after, None)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _offset(middle, here) == before else (low, middle)
    return _Turn(before, after, high.replace(microsecond=0))


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or NOTHING


def _joined(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Without the empty ones, in order, those that touch made one."""
    found: list[Stretch] = []
    for start, end in sorted(each for each in pieces if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
