"""An answer of ours is taken back: for a reason, once, followed to its end, and never forgotten here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.channels.sandbox.server import canonical
from answerable.core.errors import Conflict, Invalid
from answerable.core.wire.calls import HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.replies import answering, sending, taking_back
from answerable.replies.models import Reply, TakingBack
from answerable.replies.tests.test_files_out import POST, replace_wire
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

GONE = HttpAnswer(200, body=b'{"id": 12}')


@pytest.fixture
def reply(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Reply:
    case = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert case is not None
    made = answering.answer(case, text="We come.", audience="public", key="k", by=cast.ada)
    replace_wire(monkeypatch, HttpAnswer(201, body=b'{"id": 12}'))
    return sending.send(made)


def again(asked: TakingBack) -> TakingBack:
    taking_back.take_back(TakingBack.objects.get(pk=asked.pk))
    return TakingBack.objects.get(pk=asked.pk)


def test_it_is_taken_back_and_the_case_waits_for_us_again(
    cast: Cast, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    calls = replace_wire(monkeypatch, GONE)

    done = again(asked)

    reply.refresh_from_db()
    case = Case.objects.get(pk=reply.case_id)
    assert (calls[0].method, calls[0].url.rpartition("/")[2]) == ("DELETE", "12")
    assert (reply.state, done.done_at is not None, case.waiting_for) == ("taken_back", True, "")
    assert reply.message.text == "We come."
    assert happened(case, "reply_taking_back")
    assert happened(case, "reply_removed")


def test_what_is_gone_already_is_taken_back(cast: Cast, reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    replace_wire(monkeypatch, HttpAnswer(404, body=b"{}"))
    assert again(asked).done_at is not None


def test_silence_is_tried_again_and_a_refusal_ends_it(
    cast: Cast, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    replace_wire(monkeypatch, NoAnswer("Nothing came back.", sent=True), HttpAnswer(409, body=b"{}"))

    assert (again(asked).tries, asked.ended_at) == (1, None)
    refused = again(asked)

    reply.refresh_from_db()
    assert (refused.done_at, bool(refused.ended_at), reply.state) == (None, True, Reply.State.SENT)
    assert "409" in refused.trouble
    assert happened(reply.case, "reply_not_removed")
    assert taking_back.ask(reply, because="Once more.", by=cast.ada).ended_at is None


def test_lost_authorisation_pauses_the_source_and_keeps_the_wish(
    cast: Cast, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    replace_wire(monkeypatch, HttpAnswer(401, body=b"{}"))
    assert again(asked).ended_at is None
    assert Source.objects.get(pk=cast.square.pk).state == Source.State.PAUSED
    assert again(asked).tries == 2


def test_after_a_day_it_ends_honestly(cast: Cast, reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    TakingBack.objects.update(at=asked.at - timedelta(hours=25))
    replace_wire(monkeypatch, NoAnswer("Nothing came back.", sent=True))
    assert again(asked).ended_at is not None


def test_a_reason_is_needed_and_twice_is_once(cast: Cast, reply: Reply) -> None:
    with pytest.raises(Invalid):
        taking_back.ask(reply, because=" ", by=cast.ada)
    taking_back.ask(reply, because="Wrong person.", by=cast.ada)
    with pytest.raises(Conflict):
        taking_back.ask(reply, because="Wrong person.", by=cast.ada)


def test_what_did_not_go_out_cannot_be_taken_back(cast: Cast, reply: Reply) -> None:
    Reply.objects.update(state=Reply.State.QUEUED)
    reply.refresh_from_db()
    with pytest.raises(Conflict):
        taking_back.ask(reply, because="Wrong person.", by=cast.ada)
