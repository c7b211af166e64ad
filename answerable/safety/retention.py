"""How long a record must be kept: rules as data with their source (`retention.toml`), and the day on which each ends."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from answerable.core.errors import Invalid


@dataclass(frozen=True)
class Rule:
    """One rule: so many years after the latest of the days in `since`, and not before any day in `not_before`."""

    id: str
    title: str
    source: str
    evidence: str
    years: int
    since: Sequence[str]
    not_before: Sequence[str] = ()

    def until(self, days: Mapping[str, date]) -> date | None:
        """The last day on which it must be kept. None while a day that it counts from has not come: then there is no end."""
        if any(name not in days for name in (*self.since, *self.not_before)):
            return None
        counted = years_after(max(days[name] for name in self.since), self.years)
        return max(counted, *(days[name] for name in self.not_before), counted)


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """All rules by their id."""
    table = tomllib.loads(Path(__file__).with_name("retention.toml").read_text(encoding="utf-8"))
    return {each["id"]: Rule(**each) for each in table["rule"]}


def rule(rule_id: str) -> Rule:
    """One rule. Raises `Invalid` for one that is not there."""
    if rule_id not in rules():
        raise Invalid("There is no rule “%(rule)s” for keeping records.", "rule", rule=rule_id)
    return rules()[rule_id]


def keep_until(rule_ids: Sequence[str], days: Mapping[str, date]) -> date | None:
    """When several rules bind one record, the last end counts, and none where one of them has none."""
    ends = [rule(each).until(days) for each in rule_ids]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) else None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the first of March, so that a record is never kept too short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
