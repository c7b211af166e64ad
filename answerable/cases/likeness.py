"""How likely two sides are one problem of one person: evidence and its weight. Pure; it decides nothing.

Two questions are kept apart, because a whole town may have the same problem, and one person may have two:

    person  = 1 - product(1 - each finding's weight for the person)
    problem = 1 - product(1 - each finding's weight for the problem)
    score   = person * problem

Findings are taken as independent (noisy-or). The score is the same in both directions, lies between 0 and 1, and no
further finding lowers it. Words together count at most `WORDS_AT_MOST`, so that a shared press text is no proof. What
many cases share says less: weights fall with `rarity`, from a value that only these two share to one that `COMMON`
cases share. The weights were set by hand on the pairs in `tests/pairs.py`, whose outcome the tests hold; they are
opinions about evidence, not measured probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import log, prod
from typing import Any

from django.utils.translation import gettext_noop

from answerable.cases.traits import Sort, Trait, Traits, mentions

COMMON = 30
"""A value in so many cases tells nobody apart; it is not looked up further."""
NEAR = timedelta(days=14)
WORDS_AT_MOST = 0.6
PERSON, PROBLEM, FLOOR = 0, 1, 2
WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "contact": (0.98, 0.0, 1.0),
    "linked": (0.5, 0.0, 1.0),
    Sort.ADDRESS: (0.9, 0.05, 0.5),
    Sort.PHONE: (0.85, 0.05, 0.5),
    Sort.NUMBER: (0.8, 0.8, 0.3),
    Sort.LOT: (0.1, 0.4, 0.5),
    Sort.AMOUNT: (0.15, 0.4, 0.6),
    Sort.NAME: (0.6, 0.0, 0.4),
    Sort.ALIKE: (0.5, 0.0, 0.3),
    Sort.WORD: (0.0, 0.25, 0.1),
    "product": (0.0, 0.15, 1.0),
    "soon": (0.0, 0.2, 0.0),
}
"""For each sort: weight for the person, weight for the problem, and the share that is left when the value is common."""
SENTENCES: Mapping[str, str] = {
    "contact": gettext_noop("The same person wrote both."),
    "linked": gettext_noop("The two people may be one; nobody has decided that yet."),
    Sort.ADDRESS: gettext_noop("Both name the address %(value)s."),
    Sort.PHONE: gettext_noop("Both name a telephone that ends in %(value)s."),
    Sort.NUMBER: gettext_noop("Both name the number %(value)s."),
    Sort.LOT: gettext_noop("Both name the lot %(value)s."),
    Sort.AMOUNT: gettext_noop("Both name the amount %(value)s."),
    Sort.NAME: gettext_noop("The names are the same."),
    Sort.ALIKE: gettext_noop("The names are alike."),
    Sort.WORD: gettext_noop("Both use a rare word that begins with “%(value)s”."),
    "product": gettext_noop("Both are about %(value)s."),
    "soon": gettext_noop("They came within days of each other."),
    "named": gettext_noop("One names the other."),
}
# A suggestion costs a look, a twin costs a customer: the least score that is shown is low.
STRONG, GOOD, WEAK = 0.6, 0.35, 0.12


@dataclass(frozen=True)
class Finding:
    """One piece of evidence: its sort, the value that both share, what it weighs for the person and for the problem."""

    sort: str
    value: str
    person: float
    problem: float

    @property
    def template(self) -> str:
        """The sentence for a screen, to be translated and filled with `facts`."""
        return SENTENCES[self.sort]

    @property
    def facts(self) -> Mapping[str, str]:
        return {"value": self.value}

    @property
    def weight(self) -> float:
        return max(self.person, self.problem)

    def plain(self) -> dict[str, Any]:
        """As it is kept with a suggestion."""
        return {"sort": str(self.sort), "words": self.value, "weight": round(self.weight, 3)}


@dataclass(frozen=True)
class Likeness:
    """What two sides share and what follows from it, strongest first."""

    findings: tuple[Finding, ...]
    person: float
    problem: float

    @property
    def score(self) -> float:
        return self.person * self.problem

    @property
    def strength(self) -> str:
        """`strong`, `good`, `weak`, or nothing for what is not worth a look."""
        steps = (("strong", STRONG), ("good", GOOD), ("weak", WEAK))
        return next((name for name, least in steps if self.score >= least), "")

    @property
    def sorts(self) -> list[str]:
        return list(dict.fromkeys(str(each.sort) for each in self.findings))


def compare(one: Traits, other: Traits, *, shared_by: Callable[[Trait], int], linked: bool = False) -> Likeness:
    """The evidence between two sides. `shared_by` says in how many cases a value stands, at most `COMMON` is asked for."""
    findings = [*_of_people(one, other, linked), *_of_values(one, other, shared_by), *_of_product(one, other)]
    findings += _of_time(one, other)
    return weighed(findings)


def weighed(findings: Iterable[Finding]) -> Likeness:
    """Findings put together, by the formula above."""
    ordered = tuple(sorted(findings, key=lambda each: (-each.weight, each.sort, each.value)))
    words = min(WORDS_AT_MOST, _either(each.problem for each in ordered if each.sort == Sort.WORD))
    others = _either(each.problem for each in ordered if each.sort != Sort.WORD)
    return Likeness(ordered, _either(each.person for each in ordered), _either([words, others]))


def rarity(cases: int) -> float:
    """1 for a value of two cases and fewer, 0 for one that `COMMON` cases share, falling with the logarithm."""
    return max(0.0, min(1.0, 1 - log(max(cases, 2) / 2) / log(COMMON / 2)))


def _either(weights: Iterable[float]) -> float:
    return 1 - prod(1 - each for each in weights)


def _found(sort: str, value: str = "", cases: int = 1, share: float | None = None) -> Finding:
    person, problem, floor = WEIGHTS[sort]
    factor = share if share is not None else max(floor, rarity(cases))
    return Finding(sort, value, person * factor, problem * factor)


def _of_people(one: Traits, other: Traits, linked: bool) -> list[Finding]:
    if one.contact_id is not None and one.contact_id == other.contact_id:
        return [_found("contact")]
    return [_found("linked")] if linked else []


def _of_values(one: Traits, other: Traits, shared_by: Callable[[Trait], int]) -> list[Finding]:
    same = one.contact_id is not None and one.contact_id == other.contact_id
    traits = [trait for trait in one.seen & other.seen if not (same and trait[0] in (Sort.NAME, Sort.ALIKE))]
    found = [_found(sort, value, shared_by((sort, value))) for sort, value in traits]
    return [each for each in _best_name(found) if not _said_twice(each, found)]


def _best_name(found: list[Finding]) -> list[Finding]:
    """A name is one finding, however many spellings of it agree."""
    names = sorted((each for each in found if each.sort in (Sort.NAME, Sort.ALIKE)), key=lambda each: -each.person)
    return [each for each in found if each not in names[1:]]


def _said_twice(finding: Finding, found: list[Finding]) -> bool:
    """A run of nine digits may be an order or a telephone. It counts once, as the number."""
    if finding.sort != Sort.PHONE:
        return False
    return any(each.sort == Sort.NUMBER and each.value.endswith(finding.value) for each in found)


def _of_product(one: Traits, other: Traits) -> list[Finding]:
    if one.product and one.product == other.product:
        return [_found("product", one.product)]
    sides = ((one.product, other.seen), (other.product, one.seen))
    return [_found("product", product) for product, seen in sides if product and mentions(seen, product)][:1]


def _of_time(one: Traits, other: Traits) -> list[Finding]:
    apart = max(one.first_at - other.last_at, other.first_at - one.last_at, timedelta())
    return [_found("soon", share=1 - apart / NEAR)] if apart < NEAR else []
