"""Rules over several elements, as data: `rules.toml` says them, this reads and asks them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

from answerable.safety.e2b.groups import Group, Value

Trail = tuple[Group, ...]
TO_FDA = {"ZZFDA": "post", "ZZFDA_PREMKT": "pre"}


class Level(StrEnum):
    """Does the other side refuse it, or only complain?"""

    REJECT = "reject"
    WARN = "warn"


@dataclass(frozen=True)
class Rule:
    """One rule: where it looks, when it speaks, what it asks, and its sentence when that is not so."""

    id: str
    scope: str
    says: str
    asks: str
    wanted: tuple[str, ...]
    when: tuple[str, ...] = ()
    level: Level = Level.REJECT
    only_for: str = "ich"
    place: str = ""
    number: int = 0
    like: str = ""

    def concerns(self, trail: Trail) -> bool:
        """Is the rule made for where this batch goes, and does it speak of this occurrence of its group?"""
        route = TO_FDA.get(trail[0].text("N.1.4"), "")
        if self.only_for not in {"ich", route} and not (self.only_for == "fda" and route):
            return False
        if self.number and trail[-2].every(self.scope)[self.number - 1] is not trail[-1]:
            return False
        return all(holds(each, trail) for each in self.when)

    def broken(self, trail: Trail) -> bool:
        return not ASKS[self.asks](self, trail)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the standard."""
    table = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    return tuple(_rule(each) for each in table["rule"])


@lru_cache(maxsize=64)
def rules_of(group: str) -> tuple[Rule, ...]:
    """The rules that look at a group."""
    return tuple(rule for rule in rules() if rule.scope == group)


def holds(condition: str, trail: Trail) -> bool:
    """A condition: "X", "!X", "X=1|2", "X!=1", "X==Y", or several with "or" between."""
    if " or " in condition:
        return any(holds(each, trail) for each in condition.split(" or "))
    if condition.startswith("!"):
        return not values(condition[1:], trail)
    name, sign, rest = re.fullmatch(r"([\w.]+)(==|!=|=)?(.*)", condition).groups()  # type: ignore[union-attr]
    said = [str(each) for each in values(name, trail)]
    if sign == "==":
        return bool(said) and said == [str(each) for each in values(rest, trail)]
    listed = set(rest.split("|"))
    return any((each in listed) is (sign == "=") for each in said) if sign else bool(said)


def values(element: str, trail: Trail) -> list[Value]:
    """What is said: by the group itself, else by one around it, else by those inside it."""
    for group in reversed(trail):
        if element in group.elements:
            return [group.elements[element]]
    return [way[-1].elements[element] for way, _ in trail[-1].walk() if element in way[-1].elements]


def _rule(table: Mapping[str, Any]) -> Rule:
    asks = next(each for each in ASKS if each in table)
    wanted = table[asks]
    wanted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    return Rule(
        id=table["id"],
        scope=table["in"],
        says=table["says"],
        asks=asks,
        wanted=wanted,
        when=tuple(table.get("when", ())),
        level=Level(table.get("level", "reject")),
        only_for=table.get("for", "ich"),
        place=table.get("at") or re.match(r"!?([\w.]+)", wanted[0])[1],  # type: ignore[index]
        number=table.get("number", 0),
        like=table.get("like", ""),
    )


def _in_order(rule: Rule, trail: Trail) -> bool:
    """None before the one to its left, as far as both are exact; what is not said is left out."""
    days = [[str(each)[:8] for each in found] for element in rule.wanted if (found := _texts(element, trail))]
    pairs = (pair for left, right in pairwise(days) for pair in product(left, right))
    return all(left[: len(right)] <= right[: len(left)] for left, right in pairs)


def _texts(element: str, trail: Trail) -> list[str]:
    return [each for each in values(element, trail) if isinstance(each, str)]


def _same(rule: Rule, trail: Trail) -> bool:
    first, second = (values(each, trail) for each in rule.wanted)
    return not first or not second or first == second


def _unique(rule: Rule, trail: Trail) -> bool:
    found = values(rule.wanted[0], trail)
    return len(found) == len(set(found))


def _once(rule: Rule, trail: Trail) -> bool:
    name, _, value = rule.wanted[0].partition("=")
    return values(name, trail).count(value) <= 1


def _points(rule: Rule, trail: Trail) -> bool:
    named, known = (set(values(each, trail)) for each in rule.wanted)
    return named <= known


def _agree(rule: Rule, trail: Trail) -> bool:
    return len({each for element in rule.wanted for each in _texts(element, trail)}) <= 1


def _pattern(rule: Rule, trail: Trail) -> bool:
    return all(re.fullmatch(rule.like, each, re.DOTALL) for each in _texts(rule.wanted[0], trail))


def _conditions(kind: Callable[[Iterator[bool]], bool]) -> Callable[[Rule, Trail], bool]:
    return lambda rule, trail: kind(holds(each, trail) for each in rule.wanted)


ASKS: Mapping[str, Callable[[Rule, Trail], bool]] = {
    "need": _conditions(all),
    "any": _conditions(any),
    "forbid": _conditions(lambda each: not any(each)),
    "order": _in_order,
    "same": _same,
    "unique": _unique,
    "once": _once,
    "points": _points,
    "agree": _agree,
    "pattern": _pattern,
}
