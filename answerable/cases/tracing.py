"""The index behind matching: what the messages of a case may be recognised by.

The traces of a case are the traits of its messages and of nothing else, so they are made anew when messages move. Only
a person's own words leave traces; answers, notes and machines leave none. Words are kept of the first messages only:
there the problem is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from answerable.cases.automatic import speaks_for_itself
from answerable.cases.models import Case, Trace
from answerable.cases.traits import Sort, Trait, of_person, of_words
from answerable.conversations.models import Message

INSERT = """
INSERT INTO cases_trace (case_id, sort, value, workspace_id)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
MESSAGES_WITH_WORDS = 5
MOST_MESSAGES = 500
"""Of a longer case the first so many are traced; the thread finds the rest."""


def traits_of(message: Message) -> frozenset[Trait]:
    """What this message may be recognised by; nothing for what is not a person's own word."""
    if not speaks_for_itself(message):
        return frozenset()
    person = of_person(value=message.author.value, display=message.author.display) if message.author else frozenset()
    return of_words(message.subject, message.text) | person


def trace_all(filed: Sequence[tuple[Case, frozenset[Trait]]]) -> None:
    """Add the traits of messages to the cases into which they were just filed. Writing one again changes nothing."""
    _write(
        (case, trait)
        for case, traits in filed
        for trait in traits
        if trait[0] != Sort.WORD or case.contacts_count <= MESSAGES_WITH_WORDS
    )


def retrace(cases: Iterable[Case | int]) -> None:
    """Make the traces of these cases anew from the messages that they hold now. Call it when messages moved."""
    wanted = sorted({case if isinstance(case, int) else case.pk for case in cases})
    Trace.objects.filter(case__in=wanted).delete()
    for case in Case.objects.filter(pk__in=wanted).order_by("pk"):
        _write((case, trait) for trait in _traits(case))


def _write(rows: Iterable[tuple[Case, Trait]]) -> None:
    """Arrays instead of a row each: thousands of small rows go in three times faster. In one order for all writers."""
    written = sorted({(case.pk, str(sort), value, case.workspace_id) for case, (sort, value) in rows})
    if written:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [list(column) for column in zip(*written, strict=True)])


def _traits(case: Case) -> set[Trait]:
    messages = Message.objects.select_related("author").filter(filing__case=case, direction=Message.Direction.IN)
    own = [each for each in messages.defer("search", "html").order_by("pk")[:MOST_MESSAGES] if speaks_for_itself(each)]
    return {
        trait
        for place, message in enumerate(own)
        for trait in traits_of(message)
        if trait[0] != Sort.WORD or place < MESSAGES_WITH_WORDS
    }
