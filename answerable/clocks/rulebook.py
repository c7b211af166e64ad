"""The rules of legal time limits: dated data in `rules/*.toml`, read once and checked field by field.

A rule is never changed once it was in force: its successor is the same id with the next version, and the two divide
the time between them by `valid_from` and `valid_to`. A clock keeps the version by which it was started.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from answerable.clocks import daysoff
from answerable.clocks.reckoning import DayOne, Limit, Roll, Unit
from answerable.core.errors import Invalid

FOLDER = Path(__file__).with_name("rules")
LANGUAGES = ("en", "pt-br", "pl")
HOURS = {"h": 1, "d": 24}


class Awareness(StrEnum):
    """The five moments from which a limit may run (all in UTC; the local date is the workspace's)."""

    POSTED_AT = "posted_at"
    CAPTURED_AT = "captured_at"
    FIRST_SEEN_AT = "first_seen_at"
    CRITERIA_MET_AT = "criteria_met_at"
    SIGNIFICANT_INFO_AT = "significant_info_at"


class Evidence(StrEnum):
    """How well we know a rule: read in the official text, in a secondary source, or only recalled."""

    VERIFIED = "V"
    SECONDARY = "S"
    RECALLED = "R"


@dataclass(frozen=True)
class Rule:
    """One version of one time limit. `start` is the usual awareness, `may_start` holds all that may be chosen.

    A rule that `follows_up` gets a further clock for each later significant information instead of moving its own.
    `holidays` names the calendars that may decide what a working day is; the first is the usual one. `may_roll` is a
    weekend rule that `may_roll_source` allows since `may_roll_from`, and that is off until a workspace switches it on.
    A limit that is our `own`, and no regulator's, may have another length for each source.
    """

    id: str
    version: int
    pack: str
    title: Mapping[str, str]
    source: str
    evidence: Evidence
    valid_from: date
    owner: str
    start: Awareness
    length: int
    unit: Unit
    may_start: tuple[Awareness, ...] = ()
    holidays: tuple[str, ...] = ()
    roll_forward: Roll = Roll.NONE
    day_one: DayOne = DayOne.NEXT_DAY
    warn_before: tuple[timedelta, ...] = ()
    follows_up: bool = False
    own: bool = False
    may_roll: Roll = Roll.NONE
    may_roll_source: str = ""
    may_roll_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    def limit(self, holidays: str = "", *, length: int = 0, roll: str = "") -> Limit:
        """The time limit as arithmetic knows it; `length` and `roll` where a workspace keeps it otherwise (`Practice`)."""
        usual = self.holidays[0] if self.holidays else ""
        rolls = Roll(roll) if roll else self.roll_forward
        return Limit(length or self.length, self.unit, rolls, self.day_one, holidays or usual)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def named(self, language: str) -> str:
        """The title in a language; in English where there is none."""
        return self.title.get(language, self.title["en"])


def rules() -> tuple[Rule, ...]:
    """All rules of the house, in the order of their files."""
    return read(FOLDER)


def rule(rule_id: str, *, on: date) -> Rule:
    """The version in force on a day. Raises `Invalid` when there is none."""
    found = of_day(rule_id, on)
    if found is not None:
        return found
    raise Invalid(
        "No rule “%(rule)s” is in force on %(day)s. No clock was started. Choose one of the list.",
        "rule",
        rule=rule_id,
        day=on.isoformat(),
    )


def of_day(rule_id: str, on: date) -> Rule | None:
    """The version in force on a day, if there is one."""
    return next((each for each in reversed(rules()) if each.id == rule_id and each.in_force(on)), None)


@lru_cache(maxsize=1)
def edition() -> str:
    """What changes when a rule or a holiday of the house does: a digest of the files and the release of the library."""
    files = [*sorted(FOLDER.glob("*.toml")), daysoff.FILE]
    parts = [each.read_bytes() for each in files]
    return sha256(b"\x1f".join([*parts, daysoff.RELEASE.encode()])).hexdigest()


def version(rule_id: str, number: int) -> Rule:
    """One version of a rule, in force or not. Raises `Invalid` for one that was never there."""
    for each in rules():
        if (each.id, each.version) == (rule_id, number):
            return each
    raise Invalid("There is no version %(number)s of the rule “%(rule)s”.", "rule", rule=rule_id, number=number)


@lru_cache(maxsize=8)
def read(folder: Path) -> tuple[Rule, ...]:
    """The rules of a folder. Raises `Invalid`, naming file, rule and field, for what cannot be taken as it is."""
    found = [each for path in sorted(folder.glob("*.toml")) for each in _of_file(path)]
    for one, other in ((a, b) for a in found for b in found if a is not b and a.id == b.id):
        if one.version == other.version or one.in_force(other.valid_from):
            raise Invalid(
                "The rule “%(rule)s” has two versions for the same day. Nothing was loaded. End the older one with valid_to.",
                rule=one.id,
            )
    return tuple(found)


def _of_file(path: Path) -> Iterator[Rule]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = table.get("every", {})
    for each in table.get("rule", ()):
        yield _rule({"pack": path.stem, **shared, **each}, path.name)


def _rule(values: Mapping[str, Any], file: str) -> Rule:
    name = str(values.get("id", "?"))
    known = {each.name for each in fields(Rule)}
    for unknown in sorted(set(values) - known):
        raise _wrong(file, name, unknown, "there is no such field")
    needed = {each.name for each in fields(Rule) if not _has_default(each)}
    for missing in sorted(needed - set(values)):
        raise _wrong(file, name, missing, "it is missing")
    rule = Rule(**{key: _value(key, value, file, name) for key, value in values.items()})
    return _checked(rule, file)


def _has_default(each: Any) -> bool:
    return each.name in {
        "may_start",
        "holidays",
        "roll_forward",
        "day_one",
        "warn_before",
        "follows_up",
        "own",
        "may_roll",
        "may_roll_source",
        "may_roll_from",
        "valid_to",
        "note",
    }


def _value(key: str, value: Any, file: str, name: str) -> Any:
    read = READERS.get(key)
    try:
        return read(value) if read else _plain(key, value)
    except (ValueError, TypeError, KeyError):
        raise _wrong(file, name, key, "its value is not one of those that are known") from None


def _plain(key: str, value: Any) -> Any:
    wanted = PLAIN[key]
    if type(value) is not wanted:
        raise TypeError(key)
    return value


PLAIN: Mapping[str, type] = {
    "id": str,
    "version": int,
    "pack": str,
    "source": str,
    "owner": str,
    "note": str,
    "length": int,
    "valid_from": date,
    "valid_to": date,
    "follows_up": bool,
    "own": bool,
    "may_roll_source": str,
    "may_roll_from": date,
}
READERS: Mapping[str, Any] = {
    "title": lambda value: {language: str(value[language]) for language in LANGUAGES},
    "evidence": Evidence,
    "start": Awareness,
    "may_start": lambda value: tuple(Awareness(each) for each in value),
    "unit": Unit,
    "holidays": lambda value: tuple(daysoff.checked(str(each)) for each in value),
    "roll_forward": Roll,
    "may_roll": Roll,
    "day_one": DayOne,
    "warn_before": lambda value: tuple(_span(each) for each in value),
}


def _span(text: str) -> timedelta:
    """ "36h" or "5d"."""
    return timedelta(hours=int(text[:-1]) * HOURS[text[-1]])


def _checked(rule: Rule, file: str) -> Rule:
    """What no single field shows."""
    if rule.length < 1 or rule.version < 1:
        raise _wrong(file, rule.id, "length" if rule.length < 1 else "version", "it must be at least 1")
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        raise _wrong(file, rule.id, "valid_to", "it lies before valid_from")
    if rule.may_roll is not Roll.NONE and not (rule.may_roll_source and rule.may_roll_from):
        raise _wrong(file, rule.id, "may_roll", "it needs may_roll_source and may_roll_from")
    needs_calendar = rule.unit is Unit.WORKING_DAYS or {rule.roll_forward, rule.may_roll} != {Roll.NONE}
    if needs_calendar and not rule.holidays:
        raise _wrong(file, rule.id, "holidays", "it is missing, though working days matter")
    return rule


def _wrong(file: str, rule: str, field: str, why: str) -> Invalid:
    return Invalid(
        "%(file)s, rule “%(rule)s”, field “%(place)s”: %(why)s. Nothing was loaded. Correct the file.",
        field,
        file=file,
        rule=rule,
        place=field,
        why=why,
    )
