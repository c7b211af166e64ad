"""Reports by the calendar: what is not urgent goes to FDA in periodic reports (21 CFR 314.80(c)(2), recalled).

For three years after the approval one each quarter, due 30 days after its end; then one each year, due 60 days after it. The
quarters and years are those of the approval, not of the calendar. Calendar days; the last day does not move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

QUARTERS, AFTER_A_QUARTER, AFTER_A_YEAR = 12, 30, 60


@dataclass(frozen=True)
class Period:
    """One period with its first and last day, and the day on which its report is due."""

    first: date
    last: date
    due: date


def periods(approved: date) -> Iterator[Period]:
    """All periods since an approval, without end."""
    for number in count():
        quarterly = number < QUARTERS
        months = 3 * number if quarterly else 36 + 12 * (number - QUARTERS)
        first = _months_after(approved, months)
        last = _months_after(approved, months + (3 if quarterly else 12)) - timedelta(days=1)
        yield Period(first, last, last + timedelta(days=AFTER_A_QUARTER if quarterly else AFTER_A_YEAR))


def period_of(approved: date, day: date) -> Period:
    """The period into which a report falls. Raises `ValueError` for a day before the approval."""
    if day < approved:
        raise ValueError("There is no period before the approval.")
    return next(each for each in periods(approved) if day <= each.last)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
