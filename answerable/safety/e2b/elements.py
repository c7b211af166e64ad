"""What the standard says of each element: its length, what it may hold, which reasons may stand for it. Data: `elements.txt`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from answerable.safety.e2b.groups import Null, Value
from answerable.safety.e2b.links import ROLES
from answerable.safety.e2b.shapes import Shape, shape_of

MOMENT = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?$", re.ASCII
)
DIGITS = {"date": 4, "day": 8, "second": 14}
FORMS = {
    "number": r"-?\d+(?:\.\d+)?",
    "flag": "true|false",
    "true": "true",
    "country": "[A-Z]{2}",
    "language": "[a-z]{3}",
    "meddra": r"\d{8}",
    "version": r"\d{1,2}\.\d",
    "file": r"[A-Za-z0-9+/=\s.]+",
}
WANTED = {
    "number": "a number",
    "flag": "true or false",
    "true": "true, or no information",
    "country": "a country of ISO 3166-1 in two capital letters",
    "language": "a language of ISO 639-2 in three small letters",
    "meddra": "a code of MedDRA in eight digits",
    "version": "a release of MedDRA, as 28.0",
    "file": "a file as Base64",
    "date": "a date as CCYY, CCYYMM or CCYYMMDD",
    "day": "a whole date as CCYYMMDD",
    "second": "a time to the second as CCYYMMDDhhmmss with its offset",
}


@dataclass(frozen=True)
class Fact:
    """One element. `most` is 0 where the standard sets no length."""

    number: str
    most: int
    kind: str
    required: bool
    nulls: frozenset[str]
    name: str

    @property
    def codes(self) -> tuple[str, ...]:
        """What it may hold, where that is a list."""
        return () if self.kind in {"text", *WANTED} else tuple(self.kind.split())

    def faults(self, value: Value, at: datetime) -> Iterator[tuple[str, str]]:
        """What is wrong with a value: the rule that it breaks, and the sentence."""
        if isinstance(value, Null):
            if value.flavor not in self.nulls:
                may = ", ".join(sorted(self.nulls)) or "none"
                yield "E2B-NULL", f"The reason {value.flavor} may not stand for it; may: {may}."
            return
        if self.most and len(value) > self.most:
            yield "E2B-LONG", f"It has {len(value)} characters; the most is {self.most}."
        if self.kind in DIGITS:
            yield from _moment(value, self.kind, at)
        elif self.codes and value not in self.codes:
            yield "E2B-VALUE", f"It says “{value[:40]}”; it may say {', '.join(self.codes)}."
        elif self.kind in FORMS and not re.fullmatch(FORMS[self.kind], value, re.ASCII):
            yield "E2B-VALUE", f"It says “{value[:40]}”; it must be {WANTED[self.kind]}."


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Fact]:
    """All elements by their number."""
    lines = Path(__file__).with_name("elements.txt").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line and not line.startswith("#")]
    return {
        number: Fact(number, int(most) if most != "-" else 0, kind, must == "R", frozenset(nulls.split()), name)
        for number, most, kind, must, nulls, name in rows
    }


@lru_cache(maxsize=1)
def homes() -> Mapping[str, str]:
    """The group to which each element belongs, from the picture."""
    found: dict[str, str] = {}
    _homes(shape_of("icsr"), "N.1", found)
    return {**found, **dict.fromkeys(ROLES, "G.k")}


@lru_cache(maxsize=64)
def required(group: str) -> tuple[Fact, ...]:
    """The elements that each occurrence of a group must say."""
    return tuple(fact for number, fact in facts().items() if fact.required and homes()[number] == group)


def _homes(shape: Shape, group: str, found: dict[str, str]) -> None:
    here = shape.each if shape.each not in {"", "."} else group
    for slot in shape.slots:
        found.setdefault(slot.element, here)
    for child in shape.children:
        _homes(child, here, found)


def _moment(value: str, kind: str, at: datetime) -> Iterator[tuple[str, str]]:
    found = MOMENT.match(value)
    if not found or not _is_day(found):
        yield "E2B-DATE", f"It says “{value[:40]}”; it must be {WANTED[kind]}."
        return
    digits = len("".join(found.groups(default="")[:6]))
    if digits < DIGITS[kind]:
        yield "E2B-DATE", f"“{value}” is not exact enough; it must be {WANTED[kind]}."
    if _is_future(found, digits, at):
        yield "E2B-FUTURE", f"“{value}” has not come yet."


def _is_day(found: re.Match[str]) -> bool:
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    if year == 0 or (found[2] and not 1 <= month <= 12) or hour > 23 or minute > 59 or second > 59:
        return False
    return not found[3] or 1 <= day <= monthrange(year, month)[1]


def _is_future(found: re.Match[str], digits: int, at: datetime) -> bool:
    """Without an offset a date has come as soon as it is there anywhere on earth."""
    said = "".join(found.groups(default="")[:6])
    if digits == 14 and found[7]:
        try:
            return datetime.strptime(said + found[7], "%Y%m%d%H%M%S%z") > at
        except ValueError:
            return False
    return said > (at.astimezone(UTC) + timedelta(hours=14)).strftime("%Y%m%d%H%M%S")[:digits]
