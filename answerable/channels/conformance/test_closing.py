"""Asking a site to close: only on its own grounds, once said the same way, and what its answers mean."""

from __future__ import annotations

from typing import cast

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import connector, kinds_of
from answerable.channels.conformance.samples import Answered, answers, reply, secrets, settings
from answerable.channels.contract import ConnectorError, Unsupported
from answerable.channels.contract_closing import AsksClosure, Ground
from answerable.core.wire.calls import Call, HttpAnswer

ASKED = answers("closure_asked")
KINDS = kinds_of(AsksClosure)


@pytest.mark.parametrize("answered", ASKED, ids=str)
def test_a_request_for_closure_means_what_was_recorded(answered: Answered) -> None:
    asked = cast("AsksClosure", connector(answered.kind))
    if "raises" not in answered.expect:
        asked.closure_asked(answered.answer)
        return
    with pytest.raises(getattr(contract, answered.expect["raises"])):
        asked.closure_asked(answered.answer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_for_closure_is_recorded_with_success_and_a_refusal(kind: str) -> None:
    told = [answered.expect for answered in ASKED if answered.kind == kind]
    assert any("raises" not in expect for expect in told)
    assert any(expect.get("raises") == "Refused" for expect in told)


@pytest.mark.parametrize("kind", KINDS)
def test_every_ground_is_a_request_of_its_own_without_a_secret(kind: str) -> None:
    grounds = cast("AsksClosure", connector(kind)).grounds()
    calls = [_ask(kind, ground.code, "It is there twice.") for ground in grounds]
    assert len({repr(call) + str(getattr(call, "body", b"")) for call in calls}) == len(grounds)
    for call in calls:
        assert not [name for name, value in secrets(connector(kind)).items() if value in repr(call)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_other_ground_is_asked_for(kind: str) -> None:
    for ground, words in (("no such ground", "x"), *((each.code, " ") for each in _with_words(kind))):
        with pytest.raises(Unsupported):
            _ask(kind, ground, words)


@pytest.mark.parametrize("status", [0, 302, 418, 500, 999])
@pytest.mark.parametrize("kind", KINDS)
def test_a_strange_answer_closes_nothing(kind: str, status: int) -> None:
    with pytest.raises(ConnectorError):
        cast("AsksClosure", connector(kind)).closure_asked(HttpAnswer(status, body=b"\xff"))


def _with_words(kind: str) -> list[Ground]:
    return [ground for ground in cast("AsksClosure", connector(kind)).grounds() if ground.needs_words]


def _ask(kind: str, ground: str, words: str) -> Call:
    newest = reply(connector(kind)).in_reply_to
    return cast("AsksClosure", connector(kind)).ask_closure(newest, ground, words, settings(connector(kind)))
