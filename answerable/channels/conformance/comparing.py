"""What was read, set beside what a sample expects: only the fields that the sample names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from answerable.channels.contract import Item

PARTS = ("_has", "_starts", "_ends")


def differences(items: Sequence[Item], expected: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each field that is not as expected."""
    if len(items) != len(expected):
        return [f"{len(items)} items were read, {len(expected)} are expected"]
    found: list[str] = []
    for item, wanted in zip(items, expected, strict=True):
        if type(item).__name__ != wanted["type"]:
            found.append(f"a {type(item).__name__} was read, a {wanted['type']} is expected")
            continue
        fields = {name: value for name, value in wanted.items() if name != "type"}
        found += [
            f"{name} is {_got(item, name)!r}, expected {value!r}"
            for name, value in fields.items()
            if not _fits(item, name, value)
        ]
    return found


def _fits(item: Item, name: str, wanted: Any) -> bool:
    got = _got(item, name)
    if name.endswith("_has"):
        return wanted in str(got)
    if name.endswith("_starts"):
        return str(got).startswith(wanted)
    return str(got).endswith(wanted) if name.endswith("_ends") else _like(got, wanted)


def _got(item: Item, name: str) -> Any:
    """The field of the item as plain data. A handle compared in part is its value."""
    field = next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)
    value = getattr(item, field)
    return value.value if field != name and hasattr(value, "value") else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return vars(value) if hasattr(value, "__dataclass_fields__") else value


def _like(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(_like(_plain(got.get(key)), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(_like, got, wanted))
    return bool(got == wanted)
