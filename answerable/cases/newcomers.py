"""Cases that a batch of messages is about to open: they are compared as well, before any row of theirs is there."""

from __future__ import annotations

from collections import defaultdict

from answerable.cases.deciding import MOST_SUGGESTIONS, Decision, decide, suggested
from answerable.cases.likeness import compare
from answerable.cases.matching import LEADING, MOST_CANDIDATES, Likely
from answerable.cases.models import Case
from answerable.cases.traits import Traits

Way = tuple[str, object]
CONTACT = "contact"
TELLING = 5
"""What more cases of one batch share tells nobody apart."""


class Newcomers:
    """Holds the cases of one batch that have no row yet. A value is taken to be in two cases: this one and the other."""

    def __init__(self) -> None:
        self._ways: dict[Way, list[tuple[Case, Traits]]] = defaultdict(list)

    def add(self, case: Case, side: Traits) -> None:
        """From now on messages of the batch are compared with this case, too."""
        for way in _ways(side):
            self._ways[way].append((case, side))

    def decide(self, side: Traits, before: Decision) -> Decision:
        """The decision of the rows, unless a newcomer is the same problem of the same person."""
        if before.joins is not None:
            return before
        likely = [Likely(case, compare(side, other, shared_by=lambda _: 2)) for case, other in self._near(side)]
        found = decide(likely, contact_id=side.contact_id)
        if found.joins is not None:
            return found
        return Decision(suggests=suggested([*before.suggests, *found.suggests])[:MOST_SUGGESTIONS])

    def _near(self, side: Traits) -> list[tuple[Case, Traits]]:
        ways = [self._ways[way] for way in _ways(side) if way[0] == CONTACT or len(self._ways[way]) <= TELLING]
        found = {id(case): (case, other) for near in ways for case, other in near[-MOST_CANDIDATES:]}
        return list(found.values())[:MOST_CANDIDATES]


def _ways(side: Traits) -> list[Way]:
    return [(CONTACT, side.contact_id), *((sort, value) for sort, value in side.seen if sort in LEADING)]
