"""What else the other side tells: what was said around an utterance, what became of it, how many calls are left."""

from __future__ import annotations

from typing import cast

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import connector, kinds_of
from answerable.channels.conformance.comparing import differences
from answerable.channels.conformance.samples import Answered, answers, secrets, settings
from answerable.channels.contract import Can, ConnectorError, GivesContext, LooksAgain, Rations, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall, SmtpAnswer

AROUND, AGAIN, LEFT = answers("context"), answers("again"), answers("allowance")
STRANGE: list[Answer] = [
    *(HttpAnswer(200, body=body) for body in (b"", b"[]", b"[1]", b'{"id"', b"\xff", b"null")),
    HttpAnswer(500),
    SmtpAnswer(250),
]


@pytest.mark.parametrize("answered", AROUND, ids=str)
def test_what_was_said_around_it_is_read(answered: Answered) -> None:
    asked = cast("GivesContext", connector(answered.kind))
    around = asked.context(answered.answer, settings(connector(answered.kind)))
    assert not differences(around, answered.expect["items"])


@pytest.mark.parametrize("answered", AGAIN, ids=str)
def test_what_became_of_it_is_read(answered: Answered) -> None:
    asked = connector(answered.kind)
    if "raises" in answered.expect:
        with pytest.raises(getattr(contract, answered.expect["raises"])):
            cast("LooksAgain", asked).again(answered.answer, answered.expect["of"])
        return
    raw = cast("LooksAgain", asked).again(answered.answer, answered.expect["of"])
    items = asked.read(raw, settings(asked)) if raw else []
    assert not differences(items, answered.expect["items"])
    assert raw is None or raw.external_id != answered.expect["of"]


@pytest.mark.parametrize("answered", LEFT, ids=str)
def test_how_many_calls_are_left_is_read(answered: Answered) -> None:
    told = cast("Rations", connector(answered.kind)).allowance(answered.answer)
    expected = answered.expect["left"]
    assert (told.left if told else None) == expected
    if told is not None:
        assert told.most >= told.left >= 0
        assert told.renews_at.tzinfo is not None


@pytest.mark.parametrize("kind", kinds_of(GivesContext))
def test_context_is_declared_and_recorded(kind: str) -> None:
    assert Can.SHOW_CONTEXT in connector(kind).spec.can
    assert [answered for answered in AROUND if answered.kind == kind]


@pytest.mark.parametrize("kind", kinds_of(LooksAgain))
def test_edits_and_deletions_are_recorded_where_we_ask_for_them(kind: str) -> None:
    assert connector(kind).spec.look_again_for
    told = [answered for answered in AGAIN if answered.kind == kind]
    assert {item["type"] for each in told for item in each.expect.get("items", ())} >= {"Withdrawn"}
    assert any(each.expect.get("items") == [] for each in told)


@pytest.mark.parametrize("kind", kinds_of(Rations))
def test_an_allowance_is_recorded(kind: str) -> None:
    assert {answered.expect["left"] is None for answered in LEFT if answered.kind == kind} == {True, False}


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", kinds_of(Rations))
def test_a_strange_answer_says_nothing_about_what_is_left(kind: str, answer: Answer) -> None:
    assert cast("Rations", connector(kind)).allowance(answer) is None


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", kinds_of(LooksAgain))
def test_a_strange_answer_takes_nothing_away(kind: str, answer: Answer) -> None:
    with pytest.raises(ConnectorError):
        cast("LooksAgain", connector(kind)).again(answer, "1")


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", kinds_of(GivesContext))
def test_a_strange_answer_is_no_context(kind: str, answer: Answer) -> None:
    with pytest.raises(ConnectorError):
        cast("GivesContext", connector(kind)).context(answer, settings(connector(kind)))


@pytest.mark.parametrize("external_id", ["1", "a/../b", "é?x=1#y", "\r\nBcc: x"])
@pytest.mark.parametrize("kind", sorted({*kinds_of(GivesContext), *kinds_of(LooksAgain)}))
def test_an_id_adds_nothing_to_a_question_and_no_secret_shows(kind: str, external_id: str) -> None:
    """An id that the network cannot have may be refused, which adds nothing either."""
    asked, questions = connector(kind), []
    questions += [asked.ask_context] if isinstance(asked, GivesContext) else []
    questions += [asked.ask_again] if isinstance(asked, LooksAgain) else []
    for question in questions:
        try:
            call = question(external_id, settings(asked))
        except Unsupported:
            continue
        assert isinstance(call, HttpCall)
        assert not [name for name, value in secrets(asked).items() if value in repr(call)]
        assert not [part for part in ("\r", "\n", "?x=1", "/../") if part in call.url]
