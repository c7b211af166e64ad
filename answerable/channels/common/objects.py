"""JSON as networks send it: read strictly, so that what is behind it need not doubt, and written in one way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Unreadable


def parsed(body: bytes) -> Any:
    """Raises `Unreadable` for what is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The server answered with something that is not JSON.") from error


def an_object(value: Any) -> Mapping[str, Any]:
    """Raises `Unreadable` for what is no object."""
    if not isinstance(value, dict):
        raise Unreadable("The server answered with something else than an object.")
    return value


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Raises `Unreadable` for what is no list of objects."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Unreadable("The server answered with something else than a list of objects.")
    return value


def word(body: bytes, name: str, *, at_most: int = 300) -> str:
    """The server's own words under a name, where it says any; for refusals, which may come as anything."""
    try:
        found = json.loads(body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return str(found)[:at_most]


def canonical(value: Mapping[str, Any]) -> bytes:
    """The same value always makes the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def named(value: Any) -> str:
    """An id or a name as networks write them: words or a number. Raises `Unreadable` for anything else, and for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Unreadable("The id or the name of somebody is missing.")
    if plain(str(value)) != str(value):
        raise Unreadable("An id or a name holds what no network writes.")
    return str(value)


def named_if_any(value: Any) -> str:
    """The same where a network may leave it out, or leaves it blank; then nothing."""
    blank = isinstance(value, str) and not plain(value).strip()
    return "" if blank or value is None else named(value)


def plain(text: str) -> str:
    """A text as it can be kept: without what no database takes (NUL, half of a surrogate pair)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def storable(value: Any) -> Any:
    """JSON with its texts `plain`, however deep they lie."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {plain(name): storable(each) for name, each in value.items()}
    return value
