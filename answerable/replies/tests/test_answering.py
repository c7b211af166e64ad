"""Answering: message, filing, outbox row and job together, and once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.conversations.models import Attachment, Message
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.replies import answering, drafting
from answerable.replies.answering import Blocked
from answerable.replies.models import Draft, Reply
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def make_case(cast: Cast, number: int = 1) -> Case:
    sender = f"Barbara {number} <barbara{number}@example.net>" if number > 1 else "Barbara <barbara@example.net>"
    made = arrive(
        letter("Which batteries does it take?", sender=sender, message_id=f"<{number}@example.net>"), cast.mailbox
    )
    assert made is not None
    return made


def say(case: Case, cast: Cast, text: str = "A new one comes.", key: str = "k1", audience: str = "private") -> Reply:
    return answering.answer(case, text=text, audience=audience, key=key, by=cast.ada)


def test_an_answer_waits_in_the_outbox_with_its_message_and_its_job(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    assert (reply.state, reply.in_reply_to) == ("queued", "<1@example.net>")
    assert (reply.message.direction, reply.message.filing.case) == ("out", case)
    assert [each["value"] for each in reply.message.recipients["to"]] == ["barbara@example.net"]
    job = ProcrastinateJob.objects.get(task_name="answerable.replies.jobs.send")
    assert (job.args, job.lock) == ({"reply_id": reply.pk}, f"conversation:{reply.conversation_id}")
    event = Event.objects.get(kind="reply_queued")
    assert (event.case_id, event.user_id, event.data["reply"]) == (case.pk, cast.ada.user_id, reply.pk)


def test_the_first_answer_stops_the_first_clock_and_we_wait_for_the_customer(cast: Cast, case: Case) -> None:
    first = say(case, cast)
    case.refresh_from_db()
    assert case.first_answer_at == case.waiting_since == first.created_at
    say(case, cast, text="It left today.", key="k2")
    case.refresh_from_db()
    assert case.first_answer_at == first.created_at


def test_a_double_click_is_one_answer(cast: Cast, case: Case) -> None:
    assert say(case, cast) == say(case, cast)
    assert Message.objects.filter(direction="out").count() == 1
    assert ProcrastinateJob.objects.filter(task_name__endswith="replies.jobs.send").count() == 1
    assert Event.objects.filter(kind="reply_queued").count() == 1


def test_a_double_click_at_the_same_moment_is_one_answer(committed_cast: Cast) -> None:
    cast, together, made = committed_cast, threading.Barrier(3), list[int]()
    case = make_case(cast)

    def click() -> None:
        try:
            together.wait(10)
            made.append(say(Case.objects.get(pk=case.pk), cast).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(made), len(set(made))) == (3, 1)
    assert Reply.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name__endswith="replies.jobs.send").count() == 1


@pytest.mark.parametrize("difference", ["other words", "another case"])
def test_an_old_key_never_swallows_another_answer(cast: Cast, case: Case, difference: str) -> None:
    say(case, cast)
    elsewhere = make_case(cast, 2) if difference == "another case" else case
    words = "No new one comes." if difference == "other words" else "A new one comes."
    with pytest.raises(Conflict, match="Nothing was sent"):
        say(elsewhere, cast, text=words)
    assert Reply.objects.count() == 1


def test_the_draft_and_its_files_go_with_the_answer(cast: Cast, case: Case) -> None:
    draft = drafting.save(case, text="A new", audience="private", by=cast.ada)
    drafting.add_file(draft, name="slip.pdf", body=b"%PDF-1.4 x", by=cast.ada)
    reply = say(case, cast)
    assert [file.name for file in Attachment.objects.filter(message=reply.message)] == ["slip.pdf"]
    assert not Draft.objects.exists()


def test_what_is_stopped_leaves_the_draft_and_nothing_else(cast: Cast, case: Case) -> None:
    drafting.save(case, text="x", audience="public", by=cast.ada)
    lines = Event.objects.count()
    with pytest.raises(Blocked) as refusal:
        say(case, cast, audience="public")
    assert refusal.value.concerns[0].code == "not_able"
    assert Draft.objects.count() == 1
    assert not Reply.objects.exists()
    assert Event.objects.count() == lines


def test_a_closed_case_is_opened_before_it_is_answered(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(Blocked, match="closed"):
        say(case, cast)


def test_an_answer_goes_to_the_customer_not_to_whoever_wrote_last(cast: Cast, case: Case) -> None:
    arrive(
        letter(
            "For my mother.", message_id="<2@example.net>", In_Reply_To="<1@example.net>", Cc="Rob <rob@example.net>"
        ),
        cast.mailbox,
    )
    again = letter("And?", sender="rob@example.net", message_id="<3@example.net>", In_Reply_To="<2@example.net>")
    assert arrive(again, cast.mailbox) == case
    assert [each["value"] for each in say(case, cast).message.recipients["to"]] == ["barbara@example.net"]


@pytest.mark.parametrize("address", ["", "nobody", "a@b.c, d@e.f", "a@b.c\r\nBcc: x@y.z", "<a@b.c>"])
def test_an_address_that_is_none_stops_the_answer(cast: Cast, case: Case, address: str) -> None:
    with pytest.raises(Invalid):
        answering.answer(case, text="x", audience="private", key="k", by=cast.ada, to=[address])
    assert not Reply.objects.exists()


def test_the_answer_to_a_form_leaves_by_mail(cast: Cast) -> None:
    body = b'{"key": "f1", "email": "Pia@example.net", "name": "Pia", "message": "It beeps."}'
    case = arrive(body, cast.form)
    assert case is not None
    reply = say(case, cast)
    assert (reply.conversation.source, reply.message.recipients["to"][0]["value"]) == (cast.mailbox, "pia@example.net")


def test_whoever_only_reads_answers_nobody(cast: Cast, case: Case) -> None:
    coach = replace(cast.ada, roles=frozenset({"coach"}))
    with pytest.raises(NotAllowed):
        answering.answer(case, text="x", audience="private", key="k", by=coach)
