"""Texts that a network approved beforehand: they are listed with their places, and a reply that says one names it."""

from __future__ import annotations

import json
from typing import cast

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import connector, kinds_of, speaker
from answerable.channels.conformance.samples import Answered, answers, reply, secrets, settings
from answerable.channels.contract import Approved, ConnectorError
from answerable.channels.contract_approved import OffersApproved
from answerable.core.wire.calls import HttpAnswer, HttpCall, SmtpAnswer

LISTED = answers("approved")
SAYS = Approved("kit_text", "en", ("Pia", "Glimo"))


@pytest.mark.parametrize("answered", LISTED, ids=str)
def test_approved_texts_are_listed_as_recorded(answered: Answered) -> None:
    asked = cast("OffersApproved", connector(answered.kind))
    if "raises" in answered.expect:
        with pytest.raises(getattr(contract, answered.expect["raises"])):
            asked.approved(answered.answer)
        return
    page = asked.approved(answered.answer)
    assert [[each.name, each.language, each.places] for each in page.texts] == answered.expect["texts"]
    assert page.after == answered.expect["after"]


@pytest.mark.parametrize("kind", kinds_of(OffersApproved))
def test_a_list_and_a_refusal_are_recorded(kind: str) -> None:
    told = [answered.expect for answered in LISTED if answered.kind == kind]
    assert {"raises" in expect for expect in told} == {True, False}


@pytest.mark.parametrize("kind", kinds_of(OffersApproved))
def test_a_reply_that_says_an_approved_text_names_it_and_fills_it(kind: str) -> None:
    said = speaker(kind).say(reply(connector(kind), approved=SAYS), settings(connector(kind)))
    assert isinstance(said, HttpCall)
    written = json.dumps(json.loads(said.body))
    assert all(word in written for word in (SAYS.name, *SAYS.values))
    assert said != speaker(kind).say(reply(connector(kind)), settings(connector(kind)))


@pytest.mark.parametrize("after", ["", "MjQZD", "a/../b?x=1#y", "\r\nBcc: x"])
@pytest.mark.parametrize("kind", kinds_of(OffersApproved))
def test_asking_for_them_shows_no_secret_and_takes_any_page(kind: str, after: str) -> None:
    asked = connector(kind)
    call = cast("OffersApproved", asked).ask_approved(after, settings(asked))
    assert not [name for name, value in secrets(asked).items() if value in repr(call)]
    assert not [part for part in ("\r", "\n", "?x=1", "/../") if part in call.url]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data": 7}', b'{"data": [7]}', b"\xff"])
@pytest.mark.parametrize("kind", kinds_of(OffersApproved))
def test_a_strange_answer_lists_nothing(kind: str, body: bytes) -> None:
    for answer in (HttpAnswer(200, body=body), SmtpAnswer(250)):
        with pytest.raises(ConnectorError):
            cast("OffersApproved", connector(kind)).approved(answer)
