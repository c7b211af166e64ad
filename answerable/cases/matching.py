"""Which cases may be the same problem of the same person: evidence, no decision.

Candidates come from what tells people apart (the contact, an address, a number, a name, an amount): the problem alone,
however alike, makes nobody the same person. A value that `COMMON` cases share is no way to a candidate; for candidates that
were found otherwise it still counts a little. A batch of messages costs the same few queries as one message. Nothing is
ever compared across workspaces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from answerable.cases.likeness import COMMON, WEAK, Likeness, compare
from answerable.cases.models import Case, Trace
from answerable.cases.traits import Sort, Trait, Traits
from answerable.core.text.fold import fold

CLOSED_FOR = timedelta(days=14)
"""A case that was closed longer ago is history: a new word is a new problem."""
CASES_OF_A_CONTACT = 30
MOST_CANDIDATES = 40
LEADING = (Sort.ADDRESS, Sort.PHONE, Sort.NUMBER, Sort.NAME, Sort.ALIKE, Sort.LOT, Sort.AMOUNT)
"""The sorts by which another person's case is found, the most telling first."""

NEWEST_OF_CONTACTS = """
SELECT asked.by, asked.id, near.id FROM (
    SELECT id AS by, id FROM unnest(%(contacts)s::bigint[]) AS id
    UNION SELECT kept_id, joined_id FROM conversations_link
    WHERE kept_id = ANY(%(contacts)s) AND state = 'suggested' AND workspace_id = %(workspace)s
    UNION SELECT joined_id, kept_id FROM conversations_link
    WHERE joined_id = ANY(%(contacts)s) AND state = 'suggested' AND workspace_id = %(workspace)s
) asked CROSS JOIN LATERAL (
    SELECT id FROM cases_case
    WHERE contact_id = asked.id AND workspace_id = %(workspace)s AND state IN ('open', 'closed')
    ORDER BY id DESC LIMIT %(most)s) near
"""
NEWEST_OF_VALUES = """
SELECT asked.sort, asked.value, array_agg(near.case_id) FROM unnest(%s::text[], %s::text[]) AS asked(sort, value)
CROSS JOIN LATERAL (
    SELECT case_id FROM cases_trace WHERE workspace_id = %s AND sort = asked.sort AND value = asked.value
    ORDER BY case_id DESC LIMIT %s) near
GROUP BY asked.sort, asked.value
"""


@dataclass(frozen=True)
class Likely:
    """A case that may be the same problem of the same person, and what speaks for it."""

    case: Case
    likeness: Likeness


def find_all(asked: Sequence[Traits], *, workspace_id: int, leave_out: Iterable[int] = ()) -> list[list[Likely]]:
    """For each side that is asked about, the cases worth a look, likeliest first. Open, or closed `CLOSED_FOR` at most."""
    if not asked:
        return []
    search = _Search(asked, workspace_id, frozenset(leave_out))
    return [search.likely(each) for each in asked]


def find(asked: Traits, *, workspace_id: int, leave_out: Iterable[int] = ()) -> list[Likely]:
    """The cases worth a look for one side."""
    return find_all([asked], workspace_id=workspace_id, leave_out=leave_out)[0]


def of_case(case: Case) -> list[Likely]:
    """The other cases that may be the same problem of the same person."""
    traits = frozenset((Sort(sort), value) for sort, value in case.traces.values_list("sort", "value"))
    return find(side_of(case, traits), workspace_id=case.workspace_id, leave_out=[case.pk])


def side_of(case: Case, seen: frozenset[Trait]) -> Traits:
    """A case as one side of a comparison."""
    return Traits(case.contact_id, seen, fold(case.product), case.first_word_at, case.last_at)


class _Search:
    """What the database knows about all sides that are asked about, read once."""

    def __init__(self, asked: Sequence[Traits], workspace_id: int, leave_out: frozenset[int]) -> None:
        self.workspace_id = workspace_id
        self.shared: dict[Trait, list[int]] = {}
        self._look_up({trait for each in asked for trait in each.seen if trait[0] in LEADING})
        self.links: dict[int, set[int]] = defaultdict(set)
        self.of_contact: dict[int, set[int]] = defaultdict(set)
        self._ask_people({each.contact_id for each in asked if each.contact_id is not None})
        self.candidates = {id(each): self._candidates(each) - leave_out for each in asked}
        wanted = set().union(*self.candidates.values())
        self.cases = {case.pk: case for case in Case.objects.filter(pk__among=wanted)}
        self.seen = self._seen(wanted, {value for each in asked for _, value in each.seen})
        in_common = {trait for found in self.seen.values() for trait in found}
        self._look_up({trait for trait in in_common if trait not in self.shared})

    def likely(self, asked: Traits) -> list[Likely]:
        linked = self.links.get(asked.contact_id or 0, set())
        found = []
        for case in (self.cases[pk] for pk in self.candidates[id(asked)] if pk in self.cases):
            if case.is_open or (case.closed_at and asked.last_at - case.closed_at <= CLOSED_FOR):
                side = side_of(case, self.seen[case.pk])
                likeness = compare(asked, side, shared_by=self._cases, linked=case.contact_id in linked)
                found.append(Likely(case, likeness))
        worth = [each for each in found if each.likeness.score >= WEAK or each.case.contact_id == asked.contact_id]
        return sorted(worth, key=lambda each: (-each.likeness.score, -each.case.pk))

    def _cases(self, trait: Trait) -> int:
        """How many cases show it, this side included."""
        return len(self.shared.get(trait, ())) + 1

    def _candidates(self, asked: Traits) -> set[int]:
        """The asker's own cases, then those behind the most telling values, until there are enough."""
        people = {asked.contact_id or 0} | self.links.get(asked.contact_id or 0, set())
        found = {case for contact in people for case in self.of_contact.get(contact, ())}
        telling = [trait for trait in asked.seen if 0 < len(self.shared.get(trait, ())) < COMMON]
        for trait in sorted(telling, key=lambda each: (LEADING.index(each[0]) if each[0] in LEADING else 99, each)):
            if trait[0] in LEADING and len(found) < MOST_CANDIDATES:
                found.update(self.shared[trait])
        return found

    def _ask_people(self, contacts: set[int]) -> None:
        """Their own cases, and those of whom a suggestion that nobody decided yet takes for the same person."""
        with connection.cursor() as cursor:
            cursor.execute(
                NEWEST_OF_CONTACTS,
                {"contacts": sorted(contacts), "workspace": self.workspace_id, "most": CASES_OF_A_CONTACT},
            )
            for contact, whose, case in cursor.fetchall():
                self.links[contact] |= {whose} - {contact}
                self.of_contact[whose].add(case)

    def _look_up(self, traits: set[Trait]) -> None:
        """The newest cases behind each value, `COMMON` of them at most."""
        asked = sorted(traits)
        sorts, values = [str(sort) for sort, _ in asked], [value for _, value in asked]
        with connection.cursor() as cursor:
            if asked:
                cursor.execute(NEWEST_OF_VALUES, [sorts, values, self.workspace_id, COMMON])
                self.shared |= {(Sort(sort), value): cases for sort, value, cases in cursor.fetchall()}

    def _seen(self, cases: set[int], values: set[str]) -> Mapping[int, frozenset[Trait]]:
        """What of all that is asked about stands in the candidates."""
        found: dict[int, set[Trait]] = {case: set() for case in cases}
        if cases and values:
            rows = Trace.objects.filter(case__among=cases, value__among=values).values_list("case", "sort", "value")
            for case, sort, value in rows:
                found[case].add((Sort(sort), value))
        return {case: frozenset(traits) for case, traits in found.items()}
