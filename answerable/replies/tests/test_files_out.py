"""Pictures go out with their words: asked for, uploaded before the point of no return, and named by the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.core import wire
from answerable.core.wire.calls import Answer, HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.replies import answering, checking, drafting, sending
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
POST = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "It beeps."}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def put(case: Case, cast: Cast, *, alt: str = "The lid of a pump", body: bytes = PNG, name: str = "lid.png") -> None:
    draft = drafting.save(case, text="Like this.", audience="public", by=cast.ada)
    drafting.add_file(draft, name=name, body=body, alt=alt, by=cast.ada)


def codes(case: Case, cast: Cast) -> list[tuple[str, bool]]:
    place = answering.place(case, "public")
    files = drafting.files_of(case, by=cast.ada)
    found = checking.check(case, text="Like this.", audience="public", conversation=place, files=files)
    return [(each.code, each.blocks) for each in found]


def answer(case: Case, cast: Cast) -> Reply:
    return answering.answer(case, text="Like this.", audience="public", key="k", by=cast.ada)


def replace_wire(monkeypatch: pytest.MonkeyPatch, *answers: Answer | NoAnswer) -> list[Any]:
    left, calls = list(answers), []

    def run(call: Any, **_: object) -> Answer:
        calls.append(call)
        following = left.pop(0)
        if isinstance(following, NoAnswer):
            raise following
        return following

    monkeypatch.setattr(wire, "run", run)
    return calls


def test_a_picture_is_uploaded_first_and_named_with_its_words(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(case, cast)
    reply = answer(case, cast)
    calls = replace_wire(monkeypatch, HttpAnswer(201, body=b'{"id": 3}'), HttpAnswer(201, body=b'{"id": 12}'))

    sending.send(reply)

    assert reply.state == Reply.State.SENT
    assert calls[0].body == PNG
    assert json.loads(calls[1].body)["pictures"] == [{"id": "3", "alt": "The lid of a pump"}]


def test_silence_during_an_upload_is_no_unknown_outcome(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(case, cast)
    reply = answer(case, cast)
    replace_wire(monkeypatch, NoAnswer("Nothing came back.", sent=True))

    sending.send(reply)

    assert (reply.state, reply.attempts.get().handed_over_at) == (Reply.State.QUEUED, None)
    assert reply.next_try_at is not None


def test_an_upload_that_is_refused_fails_the_answer_and_says_why(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(case, cast)
    reply = answer(case, cast)
    replace_wire(monkeypatch, HttpAnswer(422, body=b"{}"))

    sending.send(reply)

    assert reply.state == Reply.State.FAILED
    assert "422" in reply.trouble


def test_a_picture_without_words_is_pointed_out_and_stops_nothing(cast: Cast, case: Case) -> None:
    put(case, cast, alt="")
    assert codes(case, cast) == [("no_words_for_picture", False)]
    drafting.describe_file(drafting.files_of(case, by=cast.ada)[0], alt="A lid", by=cast.ada)
    assert codes(case, cast) == []


def test_a_file_that_the_channel_does_not_take_is_stopped_before_it_leaves(cast: Cast, case: Case) -> None:
    put(case, cast, name="leaflet.pdf", body=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    assert codes(case, cast) == [("not_this_file", True)]
