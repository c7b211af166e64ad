"""What the other side answers becomes an id or a decision, and nothing else."""

from __future__ import annotations

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import searcher, speaker, speakers
from answerable.channels.conformance.samples import Answered, answers
from answerable.channels.contract import ConnectorError, TryLater
from answerable.core.wire.calls import Answer, HttpAnswer, MailAnswer, SmtpAnswer

RECEIPTS, FOUND = answers("receipt"), answers("found")
DECISIONS = {"TryLater", "Reauthorise", "Refused"}
STRANGE: list[Answer] = [
    *(
        HttpAnswer(status, body=body)
        for status in (0, 200, 204, 302, 418, 999)
        for body in (b"", b"[]", b'{"id"', b"\xff")
    ),
    *(SmtpAnswer(code, "\x00?") for code in (-1, 0, 199, 354, 600)),
    MailAnswer(uid_validity=0),
]


@pytest.mark.parametrize("answered", RECEIPTS, ids=str)
def test_an_answer_means_what_was_recorded(answered: Answered) -> None:
    if "raises" not in answered.expect:
        assert speaker(answered.kind).receipt(answered.answer) == answered.expect["id"]
        return
    with pytest.raises(getattr(contract, answered.expect["raises"])) as decision:
        speaker(answered.kind).receipt(answered.answer)
    if isinstance(decision.value, TryLater):
        assert decision.value.after == answered.expect.get("after", decision.value.after)


@pytest.mark.parametrize("answered", FOUND, ids=str)
def test_a_look_up_says_there_or_not_there(answered: Answered) -> None:
    assert searcher(answered.kind).found(answered.answer) == answered.expect["id"]


@pytest.mark.parametrize("kind", speakers())
def test_success_and_every_decision_are_recorded(kind: str) -> None:
    told = [answered.expect for answered in RECEIPTS if answered.kind == kind]
    assert any("id" in expect for expect in told)
    assert {expect.get("raises") for expect in told} >= DECISIONS


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", speakers())
def test_a_strange_answer_is_an_id_or_a_decision(kind: str, answer: Answer) -> None:
    try:
        received = speaker(kind).receipt(answer)
    except ConnectorError as decision:
        received = decision.sentence
    assert received
