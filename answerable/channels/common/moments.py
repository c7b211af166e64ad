"""Times and durations as telephone systems and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

DATE = re.compile(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})[ ,T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?")
SECONDS = re.compile(r"(\d{1,7})(?:\.\d{1,6})?")
CLOCKED = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)")
UNIX = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d{1,6})?")
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def moment(text: str, *, zone: ZoneInfo, month_first: bool) -> datetime:
    """A time in UTC. Raises ValueError for what is no time of this century and a bit.

    ISO 8601, seconds since 1970 (or thousandths), or a date with dots (day first) or strokes (as `month_first` says).
    A time without a zone is of `zone`; one that a change of the clocks repeats is taken for the first of the two.
    """
    at = _unix(text) or _written(text, month_first=month_first) or datetime.fromisoformat(text)
    whole = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    if not FIRST <= whole < LAST:
        raise ValueError("nothing was said then")
    return whole


def seconds(text: str) -> int:
    """“1860”, “31:00” or “0:31:00”, as whole seconds. Raises ValueError."""
    if found := SECONDS.fullmatch(text):
        return int(found[1])
    if found := CLOCKED.fullmatch(text):
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    raise ValueError("no duration")


def _unix(text: str) -> datetime | None:
    found = UNIX.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _written(text: str, *, month_first: bool) -> datetime | None:
    found = DATE.fullmatch(text)
    if found is None:
        return None
    one, other = int(found[1]), int(found[3])
    day, month = (other, one) if month_first and found[2] == "/" else (one, other)
    return datetime(int(found[4]), month, day, int(found[5]), int(found[6]), int(found[7] or 0))  # noqa: DTZ001 - the caller knows the zone
