"""Conditions over cases, as data: one language for saved views, the filters of the inbox, and rules.

A condition asks one declared fact of `cases.facts` in one way, for one or more values; of several values one must fit,
of several conditions each. As data: `{"fact": "channel", "op": "is", "values": ["email"]}`. The size of anybody's
audience is no fact and cannot become a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from answerable.cases.facts import NEGATED, Fact, Moment, Op, Use, known
from answerable.conversations.cleaning import clean
from answerable.core.errors import Invalid

MOST_CONDITIONS = 20
MOST_VALUES = 20
MOST_CHARACTERS = 120


@dataclass(frozen=True)
class Condition:
    """One question about a case that is answered with yes or no."""

    fact: str
    op: Op
    values: tuple[str, ...]


Conditions = tuple[Condition, ...]


def parse(data: Any, *, use: Use) -> Conditions:
    """The conditions in this data. Raises `Invalid` with a sentence for the first that cannot be asked.

    Its `field` is "condition-N", counted from 0.
    """
    if not isinstance(data, list | tuple) or len(data) > MOST_CONDITIONS:
        raise Invalid(
            "These are no conditions, or more than %(most)d. Nothing was kept.", "conditions", most=MOST_CONDITIONS
        )
    return tuple(_condition(each, f"condition-{place}", use) for place, each in enumerate(data))


def as_data(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    """What `parse` reads back as the same conditions."""
    return [{"fact": each.fact, "op": str(each.op), "values": list(each.values)} for each in conditions]


def q(conditions: Sequence[Condition], moment: Moment) -> Q:
    """The cases for which all of them hold at this moment; all cases when there is none."""
    together = Q()
    for each in conditions:
        fact = known(each.fact)
        assert fact is not None, "parsed conditions know their facts"
        fitting = fact.holds(each.op, each.values, moment)
        together &= ~fitting if each.op in NEGATED else fitting
    return together


def move(conditions: Sequence[Condition]) -> bool:
    """Does the answer change by the hour, or with the message that is asked about?"""
    return any(fact.moves for each in conditions if (fact := known(each.fact)))


def _condition(data: Any, field: str, use: Use) -> Condition:
    if not isinstance(data, Mapping):
        raise Invalid("One condition cannot be read. Nothing was kept. Choose it again.", field)
    name = data.get("fact")
    fact = known(name) if isinstance(name, str) else None
    if fact is None or use not in fact.uses:
        raise Invalid(
            "There is no fact “%(fact)s” to ask about. Nothing was kept. Choose one of the list.",
            field,
            fact=clean(str(name))[:MOST_CHARACTERS],
        )
    op = data.get("op")
    if op not in fact.ops:
        raise Invalid("“%(fact)s” cannot be asked in this way. Nothing was kept.", field, fact=str(fact.label))
    return Condition(str(name), Op(op), _values(fact, data.get("values"), field, use))


def _values(fact: Fact, given: Any, field: str, use: Use) -> tuple[str, ...]:
    texts = given if isinstance(given, list | tuple) else ()
    if len(texts) > MOST_VALUES or not all(isinstance(each, str) for each in texts):
        raise Invalid("“%(fact)s” has values that cannot be read. Nothing was kept.", field, fact=str(fact.label))
    filled = [text for each in texts if (text := " ".join(clean(each).split()))]
    if not filled or any(len(each) > MOST_CHARACTERS for each in filled):
        raise Invalid(
            "“%(fact)s” needs a value of up to %(most)d characters. Nothing was kept.",
            field,
            fact=str(fact.label),
            most=MOST_CHARACTERS,
        )
    read = [fact.read(each, use) for each in filled]
    if None in read:
        wrong = filled[read.index(None)]
        raise Invalid(
            "“%(value)s” does not fit “%(fact)s”. Nothing was kept.", field, value=wrong, fact=str(fact.label)
        )
    return tuple(dict.fromkeys(each for each in read if each is not None))
