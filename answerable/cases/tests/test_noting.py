"""Notes are for staff: kept once, never sent, moving nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from answerable.cases import noting
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def test_the_same_note_twice_is_one(cast: Cast, case: Case) -> None:
    first, second = (noting.note(case, text="Call her.\x00", key="n1", by=cast.ada) for _ in range(2))
    assert first == second
    assert (first.audience, first.text) == ("internal", "Call her.\ufffd")
    assert Event.objects.filter(case_id=case.pk, kind="message_filed", user_id=cast.ada.user_id).count() == 1


def test_two_agents_with_one_key_leave_two_notes(cast: Cast, case: Case) -> None:
    assert noting.note(case, text="A", key="n1", by=cast.ada) != noting.note(case, text="B", key="n1", by=cast.ben)


def test_a_note_is_not_the_newest_word_with_the_customer(cast: Cast, case: Case) -> None:
    before = (case.last_text, case.last_at, case.waiting_since, case.first_answer_at)
    noting.note(case, text="Call her.", key="n1", by=cast.ada)
    case.refresh_from_db()
    assert (case.last_text, case.last_at, case.waiting_since, case.first_answer_at) == before


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_note_is_not_kept(cast: Cast, case: Case, text: str) -> None:
    with pytest.raises(Invalid):
        noting.note(case, text=text, key="n1", by=cast.ada)
    assert case.filings.count() == 1


def test_a_note_needs_the_right_to_read(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        noting.note(case, text="x", key="n1", by=replace(cast.ada, roles=frozenset()))


def test_the_database_refuses_a_note_that_others_could_read(cast: Cast, case: Case) -> None:
    note = noting.note(case, text="Call her.", key="n1", by=cast.ada)
    for change in (
        {"audience": "public"},
        {"conversation": Message.objects.exclude(conversation=None).get().conversation},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=note.pk).update(**change)
