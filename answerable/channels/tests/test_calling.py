"""What the other side still takes is one budget for all workers, and answers go first."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from answerable.channels import calling, contract
from answerable.channels.models import Allowance, Source
from answerable.channels.sandbox.connector import SandboxConnector
from answerable.core import wire
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast

__all__ = ["_journal_closes_again", "committed", "committed_cast"]

ASK = HttpCall("GET", "http://localhost:1/")


def allowance(source: Source, left: int, *, most: int = 100, minutes: int = 5) -> None:
    renews_at = now() + timedelta(minutes=minutes)
    Allowance.objects.create(source=source, bucket="", left=left, most=most, renews_at=renews_at)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[HttpAnswer]:
    """What the other side answers next; without one, 200."""
    waiting: list[HttpAnswer] = []

    def run(call: Call, **_: object) -> Answer:
        return waiting.pop(0) if waiting else HttpAnswer(200)

    monkeypatch.setattr(wire, "run", run)
    return waiting


def test_a_call_is_counted_and_the_last_tenth_is_for_answers(cast: Cast, answers: list[HttpAnswer]) -> None:
    allowance(cast.square, 11)

    calling.call(cast.square, ASK)
    with pytest.raises(calling.UsedUp) as later:
        calling.call(cast.square, ASK)
    calling.call(cast.square, ASK, is_answer=True)

    assert 290 < later.value.after <= 300
    assert Allowance.objects.get().left == 9


def test_with_nothing_left_no_answer_leaves_either(cast: Cast, answers: list[HttpAnswer]) -> None:
    allowance(cast.square, 0)
    with pytest.raises(calling.UsedUp):
        calling.call(cast.square, ASK, is_answer=True)


def test_when_it_renews_calls_go_again(cast: Cast, answers: list[HttpAnswer]) -> None:
    allowance(cast.square, 0, minutes=-1)
    assert calling.call(cast.square, ASK) == HttpAnswer(200)


def test_another_source_has_a_budget_of_its_own(cast: Cast, answers: list[HttpAnswer]) -> None:
    allowance(cast.mailbox, 0)
    assert calling.call(cast.square, ASK) == HttpAnswer(200)


def test_an_answer_that_asks_to_wait_closes_the_source_for_everybody(cast: Cast, answers: list[HttpAnswer]) -> None:
    answers.append(HttpAnswer(429, {"retry-after": "90"}))
    calling.call(cast.square, ASK)
    with pytest.raises(calling.UsedUp):
        calling.call(cast.square, ASK, is_answer=True)


def test_what_an_answer_says_is_left_is_noted(
    cast: Cast, answers: list[HttpAnswer], monkeypatch: pytest.MonkeyPatch
) -> None:
    renews_at = now() + timedelta(minutes=3)
    said = contract.Allowance(41, 300, renews_at)
    monkeypatch.setattr(SandboxConnector, "bucket", lambda self, call: "all", raising=False)
    monkeypatch.setattr(SandboxConnector, "allowance", lambda self, answer: said, raising=False)

    calling.call(cast.square, ASK)

    noted = Allowance.objects.get()
    assert (noted.bucket, noted.left, noted.most, noted.renews_at) == ("all", 41, 300, renews_at)


def test_of_many_who_want_the_last_call_one_gets_it(committed_cast: Cast, answers: list[HttpAnswer]) -> None:
    allowance(committed_cast.square, 1, most=0)
    got: list[datetime] = []
    start = Barrier(8)

    def want() -> None:
        try:
            start.wait()
            calling.call(committed_cast.square, ASK, is_answer=True)
            got.append(now())
        except calling.UsedUp:
            pass
        finally:
            connection.close()

    threads = [Thread(target=want) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(got) == 1
