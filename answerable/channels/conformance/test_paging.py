"""A page stores what came, moves the cursor behind it, and never past anything else."""

from __future__ import annotations

import json

import pytest

from answerable.channels.conformance.asking import connector, poller, pollers
from answerable.channels.conformance.samples import Answered, answers, settings
from answerable.channels.contract import ConnectorError, Page
from answerable.core.wire.calls import HttpAnswer, SmtpAnswer

PAGES = answers("page")
GOOD = [answered for answered in PAGES if "raises" not in answered.expect]


@pytest.mark.parametrize("answered", GOOD, ids=str)
def test_a_page_holds_what_was_recorded(answered: Answered) -> None:
    page = _page(answered)
    assert len(page.items) == answered.expect["items"]
    assert page.cursor == answered.expect["cursor"]
    assert page.more == answered.expect["more"]


@pytest.mark.parametrize("answered", GOOD, ids=str)
def test_the_same_page_twice_is_the_same(answered: Answered) -> None:
    assert _page(answered) == _page(answered)


@pytest.mark.parametrize("answered", GOOD, ids=str)
def test_a_cursor_survives_being_stored(answered: Answered) -> None:
    cursor = _page(answered).cursor
    assert json.loads(json.dumps(cursor)) == cursor
    poller(answered.kind).ask(cursor, settings(connector(answered.kind)))


@pytest.mark.parametrize("answered", [answered for answered in PAGES if "raises" in answered.expect], ids=str)
def test_a_bad_answer_is_a_decision(answered: Answered) -> None:
    with pytest.raises(ConnectorError) as decision:
        _page(answered)
    assert decision.type.__name__ == answered.expect["raises"]


@pytest.mark.parametrize("kind", pollers())
def test_a_channel_that_is_asked_has_a_recorded_page(kind: str) -> None:
    assert [answered for answered in GOOD if answered.kind == kind]


@pytest.mark.parametrize(
    "answer",
    [*(HttpAnswer(200, body=body) for body in (b"[]", b"[7]", b"7", b"\xff")), SmtpAnswer(250)],
    ids=repr,
)
@pytest.mark.parametrize("kind", pollers())
def test_a_strange_answer_moves_no_cursor(kind: str, answer: HttpAnswer | SmtpAnswer) -> None:
    if any(answered.kind == kind and answered.answer == answer for answered in GOOD):
        return  # an empty list is nothing strange where the network answers with lists
    with pytest.raises(ConnectorError):
        poller(kind).page(answer, {}, settings(connector(kind)))


def _page(answered: Answered) -> Page:
    return poller(answered.kind).page(answered.answer, answered.cursor, settings(connector(answered.kind)))
