"""What a rule joined and a person takes apart with one press: the verb, the page and the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from answerable.cases import splitting, undoing
from answerable.cases.models import Case, Filing, Move, Suggestion
from answerable.cases.tests.test_matching import BILL, KAMIL, mail
from answerable.core import journal
from answerable.core.errors import Conflict
from answerable.core.models import User
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import MOST
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AGAIN = "Faktura FV/2026/11/00123, 300 PLN: nadal nieznana pozycja."


@pytest.fixture
def case(cast: Cast) -> Case:
    made = mail(cast.mailbox, BILL, 1)
    assert mail(cast.mailbox, AGAIN, 2) == made
    return made


@pytest.fixture
def joined(case: Case) -> Filing:
    return Filing.objects.select_related("message").get(why="same_problem")


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


def test_a_wrong_join_becomes_a_case_of_its_own_and_stays_one(cast: Cast, case: Case, joined: Filing) -> None:
    move = splitting.part(joined.message, by=cast.ada)
    assert (move.from_case_id, move.into_case.filings.get().message) == (case.pk, joined.message)
    assert happened(case, "case_split")
    assert Suggestion.objects.get(case=move.into_case, other=case).state == "declined"
    with pytest.raises(Conflict, match="No rule joined this message"):
        splitting.part(joined.message, by=cast.ada)
    assert list(journal.verify()) == []


def test_what_followed_in_its_thread_goes_along_and_the_rest_stays(cast: Cast, case: Case, joined: Filing) -> None:
    late = letter("I wait.", sender=KAMIL, message_id="<3@poczta.example>", In_Reply_To="<2@poczta.example>")
    assert arrive(late, cast.mailbox) == case
    move = splitting.part(joined.message, by=cast.ada)
    assert (move.messages.count(), case.filings.count()) == (2, 1)


def test_a_page_that_says_why_a_rule_joined_keeps_within_its_statements(
    case: Case, joined: Filing, ada: Client, django_assert_max_num_queries: Any
) -> None:
    ada.get(f"/cases/{case.pk}")
    with django_assert_max_num_queries(MOST):
        assert "Joined by rule because of:" in ada.get(f"/cases/{case.pk}").content.decode()


def test_it_can_be_undone(cast: Cast, case: Case, joined: Filing) -> None:
    move = splitting.part(joined.message, by=cast.ada)
    undoing.undo(move, by=cast.ada)
    joined.refresh_from_db()
    assert (joined.case_id, joined.why) == (case.pk, "same_problem")


def test_the_timeline_says_why_a_rule_joined_and_one_press_takes_it_apart(
    case: Case, joined: Filing, ada: Client
) -> None:
    page = ada.get(f"/cases/{case.pk}").content.decode()
    assert "Joined by rule because of:" in page
    assert "the same number" in page
    assert page.count("This is another problem") == 1
    answer = ada.post(f"/messages/{joined.message_id}/parting", follow=True)
    other = Move.objects.get().into_case
    assert answer.redirect_chain == [(f"/cases/{other.pk}", 303)]
    assert f"{case.number} goes on without it." in answer.content.decode()
    assert "This is another problem" not in ada.get(f"/cases/{case.pk}").content.decode()
    assert ada.post(f"/messages/{joined.message_id}/parting").status_code == 409


def test_a_program_takes_it_apart_too(cast: Cast, case: Case, joined: Filing) -> None:
    ada = Program(cast.ada)
    made = told(ada.post(f"messages/{joined.message_id}/parting", {"reason": "Another bill."}), 201)
    assert (made["from_case"], made["reason"], made["messages"]) == (case.pk, "Another bill.", 1)
    assert told(ada.post(f"messages/{joined.message_id}/parting", {}), 409)
