"""An unknown outcome is looked up or settled by a person, and never tried again blindly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.core import wire
from answerable.core.access import House
from answerable.core.errors import Conflict, NotAllowed
from answerable.core.models import Event
from answerable.core.wire.failures import NoAnswer
from answerable.replies import answering, outcomes, sending, settling
from answerable.replies.models import Attempt, Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def unknown(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> Reply:
    """Handed over, and then no answer came."""
    reply = answering.answer(case, text="A new one comes.", audience="private", key="k", by=cast.ada)
    monkeypatch.setattr(wire, "run", _silent)
    sending.send(reply)
    assert reply.state == Reply.State.UNKNOWN
    return reply


def _silent(call: Any, **rest: Any) -> Any:
    rest["before_handover"]()
    raise NoAnswer("Nobody answered.", sent=True)


def _never(call: Any, **rest: Any) -> Any:
    raise AssertionError("Something went out a second time.")


def test_nobody_sends_an_unknown_one_again(cast: Cast, unknown: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "run", _never)
    Attempt.objects.update(
        started_at=F("started_at") - timedelta(days=2), handed_over_at=F("handed_over_at") - timedelta(days=2)
    )
    for _ in range(3):
        sending.send(Reply.objects.get())
        settling.find_interrupted()
    assert Reply.objects.get().state == Reply.State.UNKNOWN
    assert Attempt.objects.count() == 1
    assert happened(unknown.case, "reply_unknown")


@pytest.mark.parametrize("state", ["sending", "sent", "delivered", "seen", "unknown", "failed"])
def test_a_paused_source_never_puts_back_what_went_out(
    cast: Cast, unknown: Reply, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", _never)
    Reply.objects.update(state=state)
    connecting.pause(cast.mailbox, by=cast.root)
    sending.send(Reply.objects.select_related("conversation__source").get())
    assert Reply.objects.get().state == state


def test_a_queued_one_waits_for_a_paused_source(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "run", _never)
    reply = answering.answer(case, text="A new one comes.", audience="private", key="k", by=cast.ada)
    connecting.pause(cast.mailbox, by=cast.root)
    sending.send(Reply.objects.select_related("conversation__source").get())
    reply.refresh_from_db()
    assert (reply.state, reply.next_try_at is not None) == ("queued", True)
    assert "paused" in reply.trouble
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(("arrived", "state"), [(True, "sent"), (False, "queued")])
def test_a_person_says_whether_it_arrived(cast: Cast, unknown: Reply, arrived: bool, state: str) -> None:
    settled = settling.settle(unknown, arrived=arrived, by=cast.ada)
    assert settled.state == state
    event = Event.objects.get(kind="reply_settled")
    assert (event.user_id, event.data["arrived"]) == (cast.ada.user_id, arrived)


def test_it_is_settled_once(cast: Cast, unknown: Reply) -> None:
    settling.settle(unknown, arrived=True, by=cast.ada)
    with pytest.raises(Conflict):
        settling.settle(unknown, arrived=False, by=cast.ben)
    assert Reply.objects.get().state == Reply.State.SENT


def test_whoever_only_reads_settles_nothing(cast: Cast, unknown: Reply) -> None:
    with pytest.raises(NotAllowed):
        settling.settle(unknown, arrived=True, by=replace(cast.ada, roles=frozenset({"coach"})))


def test_a_final_failure_brings_the_case_back(cast: Cast, unknown: Reply) -> None:
    outcomes.fail(unknown, words="No such user.", at=unknown.created_at)
    case = Case.objects.get()
    assert case.is_open
    assert case.waiting_since is None
    assert happened(case, "reply_failed")
    assert House(case.workspace_id, "replies").part == Event.objects.get(kind="reply_failed").part
