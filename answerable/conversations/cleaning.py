"""What others tell us, as it can be kept: texts, and times that a calendar can show."""

from __future__ import annotations

from datetime import UTC, datetime

from answerable.core.text.keepable import clean

FIRST_YEAR, LAST_YEAR = 1900, 9000


def plausible(at: datetime | None) -> datetime | None:
    """A time as others claim it, in UTC; None for one that no calendar of ours can show in every time zone."""
    if at is None or not FIRST_YEAR < at.year < LAST_YEAR:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


__all__ = ["clean", "plausible"]
