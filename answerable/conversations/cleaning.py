"""Text as a database can keep it. The envelope keeps the bytes as they came."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 1900, 9000
# PostgreSQL has no NUL in text, and half of a surrogate pair is no character in UTF-8.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def clean(value: T) -> T:
    """A connector's value with every text in it made keepable: what no database takes becomes U+FFFD."""
    if isinstance(value, str):
        return UNKEEPABLE.sub("\ufffd", value) if UNKEEPABLE.search(value) else value  # type: ignore[return-value]
    if isinstance(value, tuple):
        cleaned = tuple(clean(each) for each in value)
        same = all(each is before for each, before in zip(cleaned, value, strict=True))
        return value if same else cleaned  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changed = _cleaned(value)
        return replace(value, **changed) if changed else value
    return value


def plausible(at: datetime | None) -> datetime | None:
    """A time as others claim it, in UTC; None for one that no calendar of ours can show in every time zone."""
    if at is None or not FIRST_YEAR < at.year < LAST_YEAR:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _cleaned(value: Any) -> dict[str, Any]:
    before = {field.name: getattr(value, field.name) for field in fields(value)}
    after = {name: clean(each) for name, each in before.items()}
    return {name: each for name, each in after.items() if each is not before[name]}
