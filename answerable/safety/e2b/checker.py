"""Is a batch what the standard and its receiver want? Each finding names its rule, its place and what is wrong.

That a file fits the schema proves nothing: a message without narrative, reaction, drug or reporter fits it. That it passes
these rules proves only that they find nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from answerable.safety.e2b.elements import facts, required
from answerable.safety.e2b.groups import Group
from answerable.safety.e2b.rules import Level, Trail, rules_of


@dataclass(frozen=True)
class Finding:
    """One fault: the rule, the element and where it stands, in which line of the file, and the sentence."""

    rule: str
    level: Level
    element: str
    place: str
    line: int
    sentence: str

    def __str__(self) -> str:
        fact = facts().get(self.element)
        name = f"{self.element} ({fact.name})" if fact else self.element
        where = f"{self.place}, line {self.line}" if self.line else self.place
        return f"{self.level} {self.rule} {name} in {where or 'the batch'}: {self.sentence}"


def check(batch: Group, *, at: datetime) -> list[Finding]:
    """All findings, in the order of the file. `at` is now: nothing in a report may be later."""
    found: list[Finding] = []
    for trail, place in batch.walk():
        found += _elements(trail[-1], place, at)
        found += _missing(trail[-1], place)
        found += _rules(trail, place)
    return found


def refused(findings: list[Finding]) -> bool:
    """Would the other side refuse it?"""
    return any(each.level is Level.REJECT for each in findings)


def _elements(group: Group, place: str, at: datetime) -> Iterator[Finding]:
    for element, value in group.elements.items():
        if element in facts():
            for rule, sentence in facts()[element].faults(value, at):
                line = group.lines.get(element, group.line)
                yield Finding(rule, Level.REJECT, element, place, line, sentence)


def _missing(group: Group, place: str) -> Iterator[Finding]:
    for fact in required(group.name):
        if fact.number not in group.elements:
            yield Finding("E2B-MISSING", Level.REJECT, fact.number, place, group.line, "It must be said, and is not.")


def _rules(trail: Trail, place: str) -> Iterator[Finding]:
    for rule in rules_of(trail[-1].name):
        if rule.concerns(trail) and rule.broken(trail):
            yield Finding(rule.id, rule.level, rule.place, place, _line(rule.place, trail[-1]), rule.says)


def _line(element: str, group: Group) -> int:
    """The line of the element, or else of its group."""
    inside = (way[-1] for way, _ in group.walk())
    return next((each.lines[element] for each in inside if element in each.lines), group.line)
