"""Slow workers and slow networks: whatever meets whatever, a reply goes out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from answerable.channels.sandbox.server import canonical
from answerable.core import wire
from answerable.core.models import Event
from answerable.core.wire.calls import Answer, HttpAnswer, SmtpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.replies import answering, sending, settling
from answerable.replies.models import Attempt, Reply
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

TAKEN = SmtpAnswer(250, "2.0.0 Kept")
POST = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "It beeps."}
Run = Callable[..., Answer]


@pytest.fixture
def mail(cast: Cast) -> Reply:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    return answering.answer(case, text="A new one comes.", audience="private", key="k", by=cast.ada)


@pytest.fixture
def answer_on_the_square(cast: Cast) -> Reply:
    case = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert case is not None
    return answering.answer(case, text="We come.", audience="public", key="k", by=cast.ada)


def replace_wire(monkeypatch: pytest.MonkeyPatch, *runs: Run | Answer | NoAnswer) -> list[Any]:
    """Each call takes the next of `runs`; returns the list of calls made."""
    left, calls = list(runs), []

    def run(call: Any, before_handover: Callable[[], None] | None = None, **_: object) -> Answer:
        calls.append(call)
        following = left.pop(0)
        if isinstance(following, NoAnswer):
            raise following
        return following(before_handover) if callable(following) else following

    monkeypatch.setattr(wire, "run", run)
    return calls


def pass_time(**by: float) -> None:
    while_ = timedelta(**by)
    Attempt.objects.update(started_at=F("started_at") - while_, handed_over_at=F("handed_over_at") - while_)


def send_again(reply: Reply) -> Reply:
    return sending.send(Reply.objects.get(pk=reply.pk))


def test_a_slow_worker_is_stopped_before_the_point_of_no_return(mail: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over = []

    def slow(before_handover: Callable[[], None]) -> Answer:
        pass_time(seconds=61)
        settling.find_interrupted()
        send_again(mail)
        before_handover()
        handed_over.append("twice")
        return TAKEN

    replace_wire(monkeypatch, slow, TAKEN)
    sending.send(mail)

    assert handed_over == []
    assert mail.state == Reply.State.SENT
    assert [each.state for each in mail.attempts.order_by("number")] == ["later", "sent"]


def test_a_slow_worker_that_fails_late_does_not_put_the_reply_back(
    mail: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: object) -> Answer:
        pass_time(seconds=61)
        settling.find_interrupted()
        send_again(mail)
        raise NoAnswer("The mail server broke off.")

    replace_wire(monkeypatch, slow, TAKEN)
    sending.send(mail)

    assert mail.state == Reply.State.SENT
    assert Event.objects.filter(kind="reply_sent").count() == 1


def test_nobody_calls_a_mail_unknown_while_its_server_may_still_confirm_it(
    mail: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    def thinking(before_handover: Callable[[], None]) -> Answer:
        before_handover()
        pass_time(seconds=200)
        assert settling.find_interrupted() == []
        return TAKEN

    replace_wire(monkeypatch, thinking)
    sending.send(mail)

    assert mail.state == Reply.State.SENT


def test_an_answer_that_nobody_can_read_is_an_unknown_outcome(
    answer_on_the_square: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_wire(monkeypatch, HttpAnswer(201, {}, b"<html>"))
    assert sending.send(answer_on_the_square).state == Reply.State.UNKNOWN


def test_not_there_is_no_proof_while_the_network_may_be_slow(
    answer_on_the_square: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = HttpAnswer(404, {}, b"{}")
    replace_wire(monkeypatch, NoAnswer("Time-out.", sent=True), nothing, nothing)
    sending.send(answer_on_the_square)

    settling.look_up(answer_on_the_square)
    answer_on_the_square.refresh_from_db()
    assert answer_on_the_square.state == Reply.State.UNKNOWN

    pass_time(seconds=61)
    assert settling.look_up(answer_on_the_square).state == Reply.State.QUEUED


def test_a_network_that_is_away_is_asked_again(answer_on_the_square: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    away = NoAnswer("Nobody answers.")
    replace_wire(monkeypatch, NoAnswer("Time-out.", sent=True), away, HttpAnswer(200, {}, b'{"id": 9}'))
    sending.send(answer_on_the_square)

    settling.look_up(answer_on_the_square)
    answer_on_the_square.refresh_from_db()
    assert "Nobody answers." in answer_on_the_square.trouble
    assert _waiting("look_up") == 2

    settled = settling.look_up(answer_on_the_square)
    assert (settled.state, settled.external_id) == (Reply.State.SENT, "9")


def _waiting(name: str) -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name__endswith=name, status="todo").count()


def test_a_copy_that_the_server_refuses_is_told_and_the_rest_is_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    reply = answering.answer(
        case, text="A new one comes.", audience="private", key="k", by=cast.ada, to=["barbara@example.net"],
        cc=["gone@example.net"],
    )  # fmt: skip
    replace_wire(monkeypatch, SmtpAnswer(250, "2.0.0 Kept", {"gone@example.net": (550, "5.1.1 No such person")}))
    sent = send_again(reply)
    assert sent.state == Reply.State.SENT
    assert "gone@example.net: 550 5.1.1 No such person" in sent.trouble
    assert Event.objects.filter(kind="reply_left_out", case_id=case.pk).exists()
    case.refresh_from_db()
    assert case.waiting_since is not None
