"""Reading values of foreign JSON: what is there, or an error that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.channels.contract import Item, LeftOut, Raw, Unreadable
from answerable.core.errors import HouseError

FOREIGN = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError, HouseError)
NOT_READ = "This part of a delivery cannot be read. Its bytes are kept."


def loaded(raw: Raw) -> Mapping[str, Any]:
    """Raises `Unreadable` for what is no object."""
    try:
        told = json.loads(raw.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not a delivery of the Graph API. Its bytes are kept.") from error
    if not isinstance(told, dict):
        raise Unreadable("This is not a delivery of the Graph API. Its bytes are kept.")
    return told


def each_read(parts: Sequence[Any], read: Callable[[Any], Item | str], body: bytes) -> list[Item]:
    """Each part as a value. One that says nothing to us is left out with its reason, and so is one that cannot be read."""
    named = hashlib.sha256(body).hexdigest()[:16]
    found: list[Item] = []
    for number, part in enumerate(parts, 1):
        try:
            item = read(part)
        except FOREIGN:
            item = LeftOut(f"{named}:{number}", number, NOT_READ, understood=False)
        found.append(LeftOut(f"{named}:{number}", number, item, understood=True) if isinstance(item, str) else item)
    return found


def text(value: Any, *, empty: bool = False) -> str:
    """Raises `ValueError` for what is no text, or an empty one where it must say something."""
    if not isinstance(value, str) or not (value or empty):
        raise ValueError("a text is missing")
    return value


def name(value: Any) -> str:
    """An id: a text or a figure. Raises `ValueError` for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ValueError("an id is missing")
    return str(value)


def moment(value: Any) -> datetime | None:
    """Seconds or milliseconds of the epoch, or an ISO time; None where none is given."""
    if value in (None, "", 0):
        return None
    if isinstance(value, str) and not value.isdecimal():
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    seconds = float(value)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
