"""What follows from the evidence: a message joins a case by rule, is suggested to one, or stands alone. Pure.

1. The same person, and the same problem with at least `SAME_PROBLEM`: it joins by rule. It is the only automatic join
   that matching makes; a wrong one is taken apart with one click.
2. Another person, however alike: suggested from `WEAK` on, never joined. A person decides.
3. The same person with less: suggested, when there is anything besides the person. Else it is a new problem.

`SAME_PROBLEM` asks for more than one thing in common. Soon after each other (0.2) and about the same product (0.15) is a
customer with two questions; an amount and three days, an order number, or a handful of rare words is the same problem.
It is one constant for all workspaces: it was set on the pairs in `tests/pairs.py`, and a workspace that moved it would
have nothing to measure its own choice on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from answerable.cases.likeness import WEAK
from answerable.cases.matching import Likely

SAME_PROBLEM = 0.5
MORE_THAN_SOON = 0.25
"""What the same person's two words must have in common to be suggested: more than that they came soon after each other."""
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Decision:
    """Where a message goes by rule, if anywhere, and which cases a person should look at."""

    joins: Likely | None = None
    suggests: tuple[Likely, ...] = ()


def decide(likely: Sequence[Likely], *, contact_id: int | None, away: Collection[int] = ()) -> Decision:
    """Decide over the evidence for one message of this contact."""
    same = [each for each in likely if is_same(each, contact_id) and each.case.pk not in away]
    if same:
        return Decision(joins=max(same, key=lambda each: (each.case.is_open, each.likeness.problem)))
    worth = [each for each in likely if each.case.contact_id != contact_id or each.likeness.problem > MORE_THAN_SOON]
    return Decision(suggests=suggested(worth))


def is_same(likely: Likely, contact_id: int | None) -> bool:
    """Is it this contact's own case, about the same problem?"""
    return likely.case.contact_id == contact_id and likely.likeness.problem >= SAME_PROBLEM


def suggested(likely: Sequence[Likely]) -> tuple[Likely, ...]:
    """The likeliest of those that are worth a look."""
    worth = [each for each in likely if each.likeness.score >= WEAK]
    return tuple(sorted(worth, key=lambda each: -each.likeness.score)[:MOST_SUGGESTIONS])
