"""Text as a database can keep it. The envelope keeps the bytes as they came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
# PostgreSQL has no NUL in text, and half of a surrogate pair is no character in UTF-8.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def clean(value: T) -> T:
    """A value with every text in it made keepable: what no database takes becomes U+FFFD."""
    if isinstance(value, str):
        return UNKEEPABLE.sub("\ufffd", value) if UNKEEPABLE.search(value) else value  # type: ignore[return-value]
    if isinstance(value, tuple):
        cleaned = tuple(clean(each) for each in value)
        same = all(each is before for each, before in zip(cleaned, value, strict=True))
        return value if same else cleaned  # type: ignore[return-value]
    if isinstance(value, list):
        return [clean(each) for each in value]  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {clean(name): clean(each) for name, each in value.items()}  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changed = _cleaned(value)
        return replace(value, **changed) if changed else value
    return value


def _cleaned(value: Any) -> dict[str, Any]:
    before = {field.name: getattr(value, field.name) for field in fields(value)}
    after = {name: clean(each) for name, each in before.items()}
    return {name: each for name, each in after.items() if each is not before[name] and each != before[name]}
