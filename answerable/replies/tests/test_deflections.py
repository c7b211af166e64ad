"""An answer that sends the person elsewhere: pointed out before, counted after, and never an answer."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases import queries
from answerable.cases.models import Case, Deflection
from answerable.core.models import Event, User
from answerable.inbox.tests.asking import Program, told
from answerable.replies import answering, checking
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AWAY = "We are sorry. Please contact our office, they can see your invoice."
HELP = "The item is off your invoice since today."


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("300 zł too much."), cast.mailbox)
    assert made is not None
    return made


def send(case: Case, cast: Cast, text: str, key: str = "k", **more: str) -> Reply:
    reply = answering.answer(case, text=text, audience="private", key=key, by=cast.ada, **more)  # type: ignore[arg-type]
    case.refresh_from_db()
    return reply


def page(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


@pytest.mark.parametrize("text", [AWAY, "Só pelo chat.", "Proszę zadzwonić na infolinię."])
def test_it_is_pointed_out_and_does_not_stop_the_answer(case: Case, text: str) -> None:
    place = answering.place(case, "private")
    (concern,) = checking.check(case, text=text, audience="private", conversation=place)
    assert (concern.code, concern.blocks) == ("deflection", False)
    assert concern.words in text
    assert not checking.check(case, text=HELP, audience="private", conversation=place)


def test_a_sent_one_is_counted_and_is_no_answer(cast: Cast, case: Case) -> None:
    reply = send(case, cast, AWAY)
    deflection = Deflection.objects.get()
    assert (deflection.message_id, deflection.words, deflection.language) == (
        reply.message_id,
        "contact our office",
        "en",
    )
    assert (deflection.user_id, deflection.refuted) == (cast.ada.user_id, "")
    assert (case.deflections_count, case.first_answer_at, case.waiting_since, case.waiting_for) == (1, None, None, "")
    line = Event.objects.get(kind="deflection_sent")
    assert (line.case_id, line.data) == (case.pk, {"message": reply.message_id, "phrases": ["contact_our_place"]})
    assert [each.pk for each in queries.page(cast.ada).cases] == [case.pk]


def test_the_answer_after_it_is_the_first_answer(cast: Cast, case: Case) -> None:
    send(case, cast, AWAY)
    second = send(case, cast, HELP, key="k2")
    assert case.first_answer_at == case.waiting_since == second.created_at
    assert case.deflections_count == 1


def test_one_after_an_answer_leaves_whom_the_case_waits_for(cast: Cast, case: Case) -> None:
    first = send(case, cast, HELP)
    send(case, cast, AWAY, key="k2")
    assert case.waiting_since == first.created_at


def test_it_counts_once_however_often_it_is_sent(cast: Cast, case: Case) -> None:
    both = "Please contact our office or call us. Open a ticket on our site."
    assert send(case, cast, both) == send(case, cast, both)
    assert case.deflections_count == 1
    assert Deflection.objects.count() == 3


def test_an_agent_says_why_it_is_none_and_it_counts_as_an_answer(cast: Cast, case: Case) -> None:
    reply = send(case, cast, AWAY, not_deflection=" He asked for the address. ")
    assert Deflection.objects.get().refuted == "He asked for the address."
    assert (case.deflections_count, case.first_answer_at) == (0, reply.created_at)
    assert happened(case, "deflection_refuted")
    assert not happened(case, "deflection_sent")
    assert "asked" not in str(Event.objects.get(kind="deflection_refuted").data)


def test_an_empty_reason_is_none(cast: Cast, case: Case) -> None:
    send(case, cast, AWAY, not_deflection="  ")
    assert case.deflections_count == 1


def test_a_reason_without_a_deflection_is_nothing(cast: Cast, case: Case) -> None:
    send(case, cast, HELP, not_deflection="Because.")
    assert not Deflection.objects.exists()
    assert not happened(case, "deflection_refuted")


def test_a_blocked_answer_counts_nothing(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=case.opened_at)
    case.refresh_from_db()
    with pytest.raises(answering.Blocked):
        send(case, cast, AWAY)
    assert not Deflection.objects.exists()


def test_the_composer_asks_to_take_it_over(cast: Cast, case: Case) -> None:
    given = {"text": AWAY, "audience": "private", "key": "k", "not_deflection": "He <asked>."}
    blockers = page(cast).post(f"/cases/{case.pk}/draft", given).content.decode()
    assert "You are sending the person elsewhere." in blockers
    assert "contact our office</mark>" in blockers
    assert f'href="/cases/{case.pk}/transfers"' in blockers
    assert 'value="He &lt;asked&gt;."' in blockers
    assert "not_deflection" not in page(cast).post(f"/cases/{case.pk}/draft", {**given, "text": HELP}).content.decode()


def test_the_timeline_says_it_in_words(cast: Cast, case: Case) -> None:
    client = page(cast)
    client.post(f"/cases/{case.pk}/replies", {"text": AWAY, "audience": "private", "key": "k1"})
    shown = client.get(f"/cases/{case.pk}").content.decode()
    assert "Sends the person elsewhere; it is no answer" in shown
    assert "<q>contact our office</q>" in shown
    refuted = {"text": AWAY, "audience": "private", "key": "k2", "not_deflection": "He asked."}
    client.post(f"/cases/{case.pk}/replies", refuted)
    assert "Ada: He asked." in client.get(f"/cases/{case.pk}").content.decode()


def test_a_program_is_told_and_may_say_why_not(cast: Cast, case: Case) -> None:
    program = Program(cast.ada)
    sent = told(program.post(f"cases/{case.pk}/replies", {"text": AWAY}, key="a"), 201)
    assert [each["words"] for each in sent["deflections"]] == ["contact our office"]
    assert told(program.get(f"cases/{case.pk}"))["deflections"] == 1
    asked = {"text": AWAY, "not_deflection": "He asked."}
    again = told(program.post(f"cases/{case.pk}/replies", asked, key="b"), 201)
    assert again["deflections"][0]["refuted"] == "He asked."
    assert told(program.get(f"cases/{case.pk}"))["deflections"] == 1
