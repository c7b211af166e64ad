"""Closing with an outcome, and opening again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from answerable.cases import assigning, closing
from answerable.cases.models import Case, Closure
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def test_a_case_is_closed_with_what_solved_it(cast: Cast, case: Case) -> None:
    closure = closing.close(case, disposition="solved", what_solved_it=" A new meter. ", by=cast.ada)
    assert (case.state, case.closed_at) == ("closed", closure.at)
    assert closure.what_solved_it == "A new meter."
    event = Event.objects.get(kind="case_closed")
    assert event.data == {"disposition": "solved", "closure": closure.pk}


def test_an_agent_s_word_alone_is_not_the_customer_s(cast: Cast, case: Case) -> None:
    assert closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada).whose_word == "agent"


@pytest.mark.parametrize(("disposition", "words"), [("", "x"), ("vanished", "x"), ("solved", "  "), ("answered", "")])
def test_an_outcome_without_its_words_leaves_the_case_open(
    cast: Cast, case: Case, disposition: str, words: str
) -> None:
    with pytest.raises(Invalid):
        closing.close(case, disposition=disposition, what_solved_it=words, by=cast.ada)
    case.refresh_from_db()
    assert case.is_open
    assert not Event.objects.filter(kind="case_closed").exists()


def test_closing_twice_is_one_closure(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(Conflict):
        closing.close(case, disposition="withdrawn", by=cast.ben)
    assert Closure.objects.count() == 1


def test_the_database_refuses_a_second_closure_in_force(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(case=case, disposition="withdrawn", at=now())


def test_opening_again_returns_it_to_its_holder_and_keeps_the_promise(cast: Cast, case: Case) -> None:
    promised = case.promised_at
    closing.close(case, disposition="withdrawn", by=cast.ada)
    closing.reopen(case, because="by_hand", by=cast.ben)
    assert (case.is_open, case.holder_user_id, case.promised_at) == (True, cast.ada.user_id, promised)
    closure = Closure.objects.get()
    assert (closure.reopened_because, closure.reopened_at is not None) == ("by_hand", True)
    assert Event.objects.get(kind="case_reopened").data == {"because": "by_hand"}


def test_the_case_of_somebody_who_left_comes_back_to_the_queue(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    Membership.objects.filter(user_id=cast.ada.user_id).update(ended_at=now())
    closing.reopen(case, because="wrote_again", by=House(cast.workspace.pk, "cases"))
    assert (case.holder_user, case.holder_team) == (None, cast.front_line)


def test_opening_an_open_case_changes_nothing(cast: Cast, case: Case) -> None:
    closing.reopen(case, because="by_hand", by=cast.ada)
    assert not Event.objects.filter(kind="case_reopened").exists()


def test_whoever_only_reads_closes_and_opens_nothing(cast: Cast, case: Case) -> None:
    coach = replace(cast.ada, roles=frozenset({"coach"}))
    with pytest.raises(NotAllowed):
        closing.close(case, disposition="withdrawn", by=coach)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(NotAllowed):
        closing.reopen(case, because="by_hand", by=coach)
    case.refresh_from_db()
    assert not case.is_open
