"""What a network no longer lets us hold goes everywhere; that it was said, and what safety needs, stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.channels.sandbox.connector import SandboxConnector
from answerable.conversations import withdrawing
from answerable.conversations.models import Message
from answerable.core import files, journal
from answerable.core.errors import Conflict, Invalid
from answerable.intake import forgetting, replaying
from answerable.intake.models import Envelope
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(json.dumps(POST).encode(), cast.square)
    assert made is not None
    return made


@pytest.fixture
def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(SandboxConnector.spec, forget_withdrawn=timedelta(days=1))
    monkeypatch.setattr(SandboxConnector, "spec", spec)


def take_back(source: Source) -> None:
    arrive(json.dumps({"id": 7, "gone": "2026-07-02T11:00:00+00:00"}).encode(), source)


@pytest.mark.usefixtures("_strict")
def test_after_its_time_the_words_are_nowhere_and_the_fact_is_kept(cast: Cast, case: Case) -> None:
    take_back(cast.square)

    assert forgetting.forget_due() == 1

    message, envelope = Message.objects.get(), Envelope.objects.order_by("id")[0]
    case.refresh_from_db()
    assert (message.text, message.search, bytes(envelope.body)) == ("", None, b"")
    assert "beeps" not in f"{case.subject} {case.last_text}"
    assert message.withdrawn_at is not None
    assert message.author is not None
    assert envelope.digest
    assert happened(case, "message_emptied")
    assert forgetting.forget_due() == 0
    assert not list(journal.verify())


@pytest.mark.usefixtures("_strict")
def test_what_safety_holds_keeps_its_words(cast: Cast, case: Case) -> None:
    take_back(cast.square)
    withdrawing.hold(Message.objects.get(), because="A suspicion was reported.", by=cast.ada)

    assert forgetting.forget_due() == 0

    assert Message.objects.get().text == "It beeps."
    assert happened(case, "message_held")


def test_without_a_term_of_the_network_what_was_taken_back_is_kept(cast: Cast, case: Case) -> None:
    take_back(cast.square)

    assert forgetting.forget_due() == 0
    assert Message.objects.get().text == "It beeps."


def test_holding_needs_a_reason_and_words(cast: Cast, case: Case) -> None:
    message = Message.objects.get()
    with pytest.raises(Invalid):
        withdrawing.hold(message, because="  ", by=cast.ada)
    forgetting.forget(message)
    with pytest.raises(Conflict):
        withdrawing.hold(message, because="Too late.", by=cast.ada)


def test_an_emptied_envelope_is_not_opened_again(cast: Cast, case: Case) -> None:
    forgetting.forget(Message.objects.get())

    with pytest.raises(Conflict):
        replaying.replay(Envelope.objects.get().pk, by=cast.root)


def test_a_file_goes_only_when_nobody_names_it_and_it_has_rested(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(letter("It beeps. " * 60_000), cast.mailbox)
    name = Envelope.objects.get().file
    monkeypatch.setattr(forgetting, "RESTS_FOR", timedelta(0))

    assert forgetting.remove_file(name) is False
    forgetting.forget(Message.objects.get())
    monkeypatch.setattr(forgetting, "RESTS_FOR", timedelta(hours=1))
    assert forgetting.remove_file(name) is False
    monkeypatch.setattr(forgetting, "RESTS_FOR", timedelta(0))
    assert forgetting.remove_file(name) is True
    assert not files.place(name).exists()
