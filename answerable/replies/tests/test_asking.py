"""“Is it solved?”: asked where the customer speaks, answered by link or by a plain word, counted when it stays silent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.cases import assigning, closing, due, endings, joining, promising, undoing
from answerable.cases.models import Asking, Case, Closure, Deflection, Notice
from answerable.channels.sandbox.server import canonical
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import answering, asking, ending, links, outcomes
from answerable.replies.models import Reply
from answerable.replies.sending import words_of
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def end(case: Case, cast: Cast, **more: Any) -> ending.Ended:
    return ending.end(case, disposition="solved", what_solved_it="A new meter.", by=cast.ada, **more)


def asked(case: Case, cast: Cast) -> Asking:
    found = end(case, cast).asking
    assert found is not None
    return found


def link(asking: Asking) -> str:
    """What the customer gets, as the connector would send it."""
    assert asking.message is not None
    found = re.search(r"/solved/[\w-]{43}", words_of(asking.message.reply).text)
    assert found is not None
    return found.group()


def now_(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def went_out(asking: Asking, state: str = "sent") -> None:
    Reply.objects.filter(message=asking.message).update(state=state)


def write(text: str, cast: Cast, number: int = 2, sender: str = "Barbara <barbara@example.net>") -> Case | None:
    return arrive(
        letter(text, sender=sender, message_id=f"<{number}@example.net>", In_Reply_To="<one@example.net>"), cast.mailbox
    )


def test_the_question_goes_where_the_customer_wrote_as_a_word_of_the_house(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    assert question.message is not None
    reply = question.message.reply
    assert [each["value"] for each in question.message.recipients["to"]] == ["barbara@example.net"]
    assert (reply.automatic, reply.user, question.message.audience) == (True, None, "private")
    assert (question.answer_by - question.at, question.language) == (timedelta(days=7), "en")
    assert now_(case).first_answer_at is None
    event = Event.objects.get(kind="solved_asked")
    assert event.data == {"asking": question.pk, "message": question.message.pk, "audience": "private"}


def test_the_secret_of_the_link_stands_in_no_table(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    assert question.message is not None
    secret = link(question).removeprefix("/solved/")
    assert links.digest(secret) == question.digest
    assert secret not in question.message.text
    assert "/solved/…" in question.message.text


@pytest.mark.parametrize(
    ("language", "word"), [("pl", "rozwiązana"), ("pt", "resolvido"), ("pt-br", "resolvido"), ("de", "solved")]
)
def test_the_question_speaks_the_customer_s_language(cast: Cast, case: Case, language: str, word: str) -> None:
    Case.objects.filter(pk=case.pk).update(language=language)
    question = asked(now_(case), cast)
    assert question.message is not None
    assert word in question.message.text


def test_looking_at_the_page_answers_nothing(cast: Cast, case: Case) -> None:
    address = link(asked(case, cast))
    for _ in range(3):
        page = Client().get(address)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not happened(case, "solved_answered")


def test_yes_is_the_customer_s_word_and_resolves(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    page = Client().post(link(question), {"answer": "yes", "words": " Thank Rui too. "}, follow=True)
    assert "You said: yes" in page.content.decode()
    question.refresh_from_db()
    assert (question.answer, question.words) == ("yes", "Thank Rui too.")
    assert Closure.objects.get().whose_word == "customer"
    assert now_(case).resolved_at == question.answered_at
    assert Event.objects.get(kind="solved_answered").data == {"asking": question.pk, "answer": "yes"}


def test_no_opens_it_again_at_the_same_holder_with_the_same_clock(cast: Cast, case: Case) -> None:
    promised = case.promised_at
    question = asked(case, cast)
    Client().post(link(question), {"answer": "no", "words": "Empty again."})
    again = now_(case)
    assert (again.is_open, again.holder_user_id, again.promised_at) == (True, cast.ada.user_id, promised)
    assert Event.objects.get(kind="case_reopened").data == {"because": "not_solved"}
    assert Notice.objects.get(kind="not_solved").user_id == cast.ada.user_id


def test_no_about_a_case_that_was_merged_opens_the_one_in_which_it_goes_on(cast: Cast, case: Case) -> None:
    other = arrive(letter("The strap broke.", subject="Strap", message_id="<strap@example.net>"), cast.mailbox)
    assert other is not None
    question = asked(case, cast)
    went_out(question)
    closing.close(other, disposition="withdrawn", by=cast.ada)
    merged = joining.merge(now_(case), into=other, reason="The same.", by=cast.ada)
    assert due.count_silence(question.answer_by) == 0
    Client().post(link(question), {"answer": "no"})
    question.refresh_from_db()
    assert question.answer == "no"
    assert now_(other).is_open
    undoing.undo(merged, by=cast.ada)
    assert now_(case).is_open


def test_the_first_answer_stands(cast: Cast, case: Case) -> None:
    address = link(asked(case, cast))
    Client().post(address, {"answer": "no"})
    assert Client().post(address, {"answer": "yes"}).status_code == 409
    assert not now_(case).resolved_at


def test_a_guessed_link_opens_nothing_and_guessing_has_a_limit(cast: Cast, case: Case) -> None:
    asked(case, cast)
    statuses = [Client().get(f"/solved/{'x' * 43}").status_code for _ in range(32)]
    assert statuses == [404] * 30 + [429] * 2


def test_the_page_speaks_the_language_of_the_question(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(language="pl")
    address = link(asked(now_(case), cast))
    assert 'lang="pl"' in Client().get(address).content.decode()
    assert 'lang="en"' in Client().get(f"{address}?language=en").content.decode()


@pytest.mark.parametrize("answer", ["maybe", ""])
def test_a_form_without_an_answer_changes_nothing(cast: Cast, case: Case, answer: str) -> None:
    address = link(asked(case, cast))
    assert Client().post(address, {"answer": answer}).status_code == 409
    assert not happened(case, "solved_answered")


@pytest.mark.parametrize("text", ["Yes", "yes!", "  YES. ", "Yes\n\n-- \nBarbara\nExample Road 1"])
def test_a_message_that_says_only_yes_is_an_answer(cast: Cast, case: Case, text: str) -> None:
    asked(case, cast)
    assert write(text, cast) == case
    assert not now_(case).is_open
    assert now_(case).resolved_at is not None


def test_a_message_that_says_only_no_opens_it_again(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    write("No.", cast)
    question.refresh_from_db()
    assert question.answer == "no"
    assert Event.objects.get(kind="case_reopened").data == {"because": "not_solved"}


@pytest.mark.parametrize("text", ["Yes, but it is late", "yes?", "Yes and no", "Thank you", "No idea what this is"])
def test_a_message_that_says_more_is_read_by_a_person(cast: Cast, case: Case, text: str) -> None:
    asked(case, cast)
    write(text, cast)
    assert now_(case).is_open
    assert not happened(case, "solved_answered")
    assert Event.objects.get(kind="case_reopened").data == {"because": "wrote_again"}


def test_a_stranger_s_yes_is_no_answer(cast: Cast, case: Case) -> None:
    asked(case, cast)
    write("Yes", cast, sender="Rob <rob@example.net>")
    assert now_(case).resolved_at is None


def test_an_answer_after_the_case_opened_again_is_too_late(cast: Cast, case: Case) -> None:
    address = link(asked(case, cast))
    write("The battery is empty again.", cast)
    assert "It is open again" in Client().get(address).content.decode()
    assert Client().post(address, {"answer": "yes"}).status_code == 409
    assert now_(case).resolved_at is None


def test_yes_waits_for_the_promises(cast: Cast, case: Case) -> None:
    promise = promising.promise(case, text="A bill.", due_at=now() + timedelta(days=30), by=cast.ada)
    Client().post(link(asked(case, cast)), {"answer": "yes"})
    assert now_(case).resolved_at is None
    promising.keep(promise, how="Sent.", by=cast.ada)
    assert now_(case).resolved_at is not None


def test_silence_is_the_policy_s_word_after_its_days_and_says_so(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    went_out(question)
    assert due.count_silence(question.answer_by - timedelta(minutes=1)) == 0
    assert due.count_silence(question.answer_by) == 1
    assert due.count_silence(question.answer_by) == 0
    assert Closure.objects.get().whose_word == "policy"
    assert now_(case).resolved_at is not None
    assert Event.objects.get(kind="solved_answered").data["answer"] == "silence"


@pytest.mark.parametrize("state", ["queued", "unknown", "failed"])
def test_silence_about_a_question_that_never_arrived_says_nothing(cast: Cast, case: Case, state: str) -> None:
    question = asked(case, cast)
    went_out(question, state)
    assert due.count_silence(question.answer_by) == 0
    assert now_(case).resolved_at is None


def test_a_no_after_the_silence_still_opens_it_again(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    address = link(question)
    went_out(question)
    due.count_silence(question.answer_by)
    assert "You can still answer" in Client().get(address).content.decode()
    Client().post(address, {"answer": "no"})
    assert now_(case).is_open
    assert now_(case).resolved_at is None


def test_the_workspace_says_after_how_many_days(cast: Cast, case: Case) -> None:
    cast.workspace.silence_days = 14
    cast.workspace.save()
    question = asked(now_(case), cast)
    assert question.answer_by - question.at == timedelta(days=14)


def deflect(case: Case, cast: Cast) -> Deflection:
    """An answer that sends her elsewhere went out, and is known as that."""
    reply = answering.answer(case, text="We look into it.", audience="private", key="d", by=cast.ada)
    found = {"phrase": "x", "language": "en", "words": "x", "user_id": cast.ada.user_id, "at": now()}
    deflection, _ = Deflection.objects.get_or_create(case=case, message=reply.message, defaults=found)
    return deflection


def test_silence_after_nothing_but_deflections_resolves_nothing(cast: Cast, case: Case) -> None:
    deflect(case, cast)
    question = asked(case, cast)
    went_out(question)
    due.count_silence(question.answer_by)
    assert Closure.objects.get().whose_word == "agent"
    assert now_(case).resolved_at is None


def test_a_refuted_deflection_is_an_answer(cast: Cast, case: Case) -> None:
    deflection = deflect(case, cast)
    assert endings.only_deflected(case)
    Deflection.objects.filter(pk=deflection.pk).update(refuted="The office is next door to her.")
    assert not endings.only_deflected(case)


def test_a_case_that_was_only_deflected_is_not_closed_without_what_solved_it(cast: Cast, case: Case) -> None:
    deflect(case, cast)
    with pytest.raises(Invalid, match="sent the customer elsewhere"):
        ending.end(case, disposition="answered", by=cast.ada)


def test_nobody_is_asked_about_what_is_not_held_to_be_solved(cast: Cast, case: Case) -> None:
    ended = ending.end(case, disposition="not_a_case", by=cast.ada)
    assert ended.asking is None
    assert not Reply.objects.exists()


def test_who_does_not_want_to_ask_does_not(cast: Cast, case: Case) -> None:
    assert end(case, cast, ask=False).asking is None
    closing.reopen(case, because="by_hand", by=cast.ada)


def test_a_closure_is_asked_about_once(cast: Cast, case: Case) -> None:
    end(case, cast)
    with pytest.raises(Conflict):
        asking.ask(now_(case).closures.get(), by=cast.ada)
    assert Asking.objects.count() == 1


def test_whoever_may_not_close_does_not_ask(cast: Cast, case: Case) -> None:
    end(case, cast, ask=False)
    closure = now_(case).closures.get()
    with pytest.raises(NotAllowed):
        asking.ask(closure, by=replace(cast.ada, roles=frozenset({"coach"})))


POST = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "It leaks!"}


def in_public(cast: Cast) -> Case:
    made = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def test_in_public_the_question_tells_nothing_and_holds_no_link(cast: Cast) -> None:
    case = in_public(cast)
    question = end(case, cast).asking
    assert question is not None
    assert question.message is not None
    assert question.message.audience == "public"
    text = words_of(question.message.reply).text
    assert "http" not in text
    assert case.subject not in text


@pytest.mark.parametrize("language", ["en", "pt-br", "pl"])
def test_a_channel_that_takes_little_is_asked_briefly(cast: Cast, language: str) -> None:
    post = {**POST, "private": True, "text": "It leaks. " * 20, "at": "2026-07-02T10:00:00+00:00"}
    case = arrive(canonical(post), cast.square)
    assert case is not None
    Case.objects.filter(pk=case.pk).update(language=language, subject="It leaks. " * 30)
    question = asked(now_(case), cast)
    assert question.message is not None
    assert link(question)
    assert len(words_of(question.message.reply).text) <= 500


def test_the_public_closing_line_goes_out_before_the_close(cast: Cast) -> None:
    case = in_public(cast)
    ended = end(case, cast, closing_line="This is solved now.", ask=False)
    assert ended.line is not None
    assert (ended.line.message.audience, ended.line.state) == ("public", "queued")
    assert not now_(case).is_open


def test_a_closing_line_that_may_not_be_said_closes_nothing(cast: Cast) -> None:
    case = in_public(cast)
    with pytest.raises(Invalid):
        end(case, cast, closing_line="Call Pia at 0048 123 456 789.")
    assert now_(case).is_open


def test_a_question_that_does_not_arrive_brings_the_case_back(cast: Cast, case: Case) -> None:
    question = asked(case, cast)
    assert question.message is not None
    outcomes.fail(question.message.reply, words="No such mailbox.")
    assert now_(case).is_open
