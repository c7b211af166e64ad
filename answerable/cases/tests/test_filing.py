"""A message joins the case of its problem or opens one; a machine's word moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases import closing, filing
from answerable.cases.models import Case, Filing
from answerable.channels.connecting import connect
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AUTOMATIC = {
    "out of office": {"Auto_Submitted": "auto-replied", "X_Autoreply": "yes"},
    "auto reply": {"Auto_Submitted": "auto-generated"},
    "precedence": {"Precedence": "auto_reply"},
}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def write(cast: Cast, text: str, **headers: str) -> Case | None:
    mail = letter(text, message_id="<two@example.net>", In_Reply_To="<one@example.net>", **headers)
    return arrive(mail, cast.mailbox)


KINDS = ["case_opened", "message_filed", "message_assessed", "clock_started"]


def test_a_new_problem_opens_a_case_in_the_queue_of_its_source(cast: Cast, case: Case) -> None:
    assert (case.holder_team, case.holder_user, case.team) == (cast.front_line, None, cast.front_line)
    assert case.promised_at - case.opened_at == timedelta(hours=cast.workspace.promise_hours)
    assert case.opened_at == Message.objects.get().received_at
    assert Filing.objects.get().why == "new_problem"
    assert [event.kind for event in Event.objects.filter(case_id=case.pk).order_by("seq")] == KINDS


def test_the_product_that_the_person_chose_is_the_product_of_the_case(cast: Cast) -> None:
    source = connect("api", label="App", team=cast.front_line, values={}, by=House(cast.workspace.pk, "tests"))
    case = arrive(b'{"author": {"namespace": "app", "value": "7"}, "text": "It beeps.", "product": "Glimo"}', source)
    assert case is not None
    assert case.product == "Glimo"


def test_a_person_s_word_opens_a_closed_case_again(cast: Cast, case: Case) -> None:
    promised = case.promised_at
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert write(cast, "It began again.") == case
    case.refresh_from_db()
    assert case.is_open
    assert case.promised_at == promised
    assert happened(case, "case_reopened")


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_a_machine_s_word_is_kept_and_never_opens_a_closed_case(cast: Cast, case: Case, kind: str) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert write(cast, "I am away.", **AUTOMATIC[kind]) == case
    case.refresh_from_db()
    assert not case.is_open
    assert case.filings.count() == 2


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_a_machine_s_word_answers_nothing_and_stops_no_waiting(cast: Cast, case: Case, kind: str) -> None:
    answering.answer(case, text="We look into it.", audience="private", key="k", by=cast.ada)
    case.refresh_from_db()
    before = (case.waiting_since, case.promised_at, case.first_answer_at, case.contacts_count)
    assert before[0] is not None
    write(cast, "I am away.", **AUTOMATIC[kind])
    case.refresh_from_db()
    assert (case.waiting_since, case.promised_at, case.first_answer_at, case.contacts_count) == before


def test_a_person_s_word_ends_the_waiting(cast: Cast, case: Case) -> None:
    answering.answer(case, text="We look into it.", audience="private", key="k", by=cast.ada)
    write(cast, "It still beeps.")
    case.refresh_from_db()
    assert case.waiting_since is None
    assert case.contacts_count == 2


def test_a_machine_that_writes_first_opens_no_case(cast: Cast) -> None:
    assert arrive(letter("I am away.", **AUTOMATIC["auto reply"]), cast.mailbox) is None
    assert Message.objects.count() == 1


def test_filing_again_changes_nothing(cast: Cast, case: Case) -> None:
    message = Message.objects.get()
    lines = Event.objects.count()
    filing.file_into(case, message, why=Filing.Why.SAME_THREAD, by=House(cast.workspace.pk, "tests"))
    assert Filing.objects.get().why == "new_problem"
    assert Event.objects.count() == lines


def test_the_newest_word_is_the_latest_even_when_an_older_one_arrives_after_it(cast: Cast, case: Case) -> None:
    arrived = case.last_at
    mail = letter("Older.", message_id="<old@example.net>", In_Reply_To="<one@example.net>")
    arrive(mail, cast.mailbox, at=now() - timedelta(days=1))
    case.refresh_from_db()
    assert case.last_at == arrived
