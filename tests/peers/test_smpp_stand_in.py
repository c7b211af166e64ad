"""Journeys by SMPP against a centre on loopback that the npm package `smpp` speaks for: its PDUs are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections

from answerable.cases import assigning
from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.models import Message
from answerable.core.models import Event as Line
from answerable.intake import pipeline, showing_parts
from answerable.intake.streaming import Listening
from answerable.replies import answering, sending
from answerable.replies.models import Reply
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast
from tests.peers import smsc
from tests.peers.journeys import connected
from tests.peers.programs import eventually
from tests.peers.serving import served
from tests.peers.smsc import Centre

__all__ = ["_journal_closes_again", "committed", "committed_cast"]
pytestmark = pytest.mark.peers
PIA = "48600100200"


@pytest.fixture
def centre(tmp_path: Path, settings: Any) -> Iterator[Centre]:
    if smsc.missing():
        pytest.skip("The npm package smpp is not installed here: run `make peers`.")
    yield from served(Centre(tmp_path), settings)


@pytest.fixture
def source(committed_cast: Cast, centre: Centre) -> Source:
    values = {"address": "+48221234567", "country": "PL", "host": "localhost", "port": centre.port, "security": "none"}
    return connected("smpp", committed_cast, {**values, "system_id": "answerable", "password": "secret08"})


@pytest.fixture
def listening(source: Source, centre: Centre) -> Iterator[None]:
    """The bind as the process that watches streams holds it."""
    stop = Event()

    def work() -> None:
        try:
            Listening(source.pk, connector("smpp")).work(stop)  # type: ignore[arg-type]
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    eventually(lambda: centre.bound() == 1)
    yield
    stop.set()
    thread.join(15)
    assert not thread.is_alive()


def heard(source: Source, centre: Centre) -> Case:
    eventually(lambda: centre.waiting() == 0)
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id")[0]


def answer(case: Case, cast: Cast, text: str, *, key: str = "k1") -> Reply:
    if case.holder_user_id is None:
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    reply = answering.answer(case, text=text, audience="private", key=key, by=cast.ada)
    sending.send(reply)
    reply.refresh_from_db()
    return reply


@pytest.mark.usefixtures("listening")
def test_two_parts_are_one_message_and_its_answer_goes_out_in_parts_and_is_reported(
    committed_cast: Cast, centre: Centre, source: Source
) -> None:
    centre.hears(PIA, "w nocy 👍.", udh="050003070202", coding=8)
    centre.hears(PIA, "Mój Glimo piszczy ", udh="050003070201", coding=8)
    case = heard(source, centre)
    assert [each.text for each in Message.objects.all()] == ["Mój Glimo piszczy w nocy 👍."]

    reply = answer(case, committed_cast, "ą" * 100)

    assert reply.state == Reply.State.SENT
    sent = centre.sent()
    assert "".join(part["words"] for part in sent) == "ą" * 100
    assert [part["to"] for part in sent] == [PIA, PIA]
    assert [part["registered"] for part in sent] == [2, 1]
    centre.reports(sent[-1]["id"], "DELIVRD")
    heard(source, centre)
    reply.refresh_from_db()
    assert reply.state == Reply.State.DELIVERED


@pytest.mark.usefixtures("listening")
def test_a_part_that_fails_fails_the_answer(committed_cast: Cast, centre: Centre, source: Source) -> None:
    centre.hears(PIA, "Hello {you}, 5 € please [now]")
    case = heard(source, centre)
    assert Message.objects.get().text == "Hello {you}, 5 € please [now]"
    reply = answer(case, committed_cast, "Thank you {Pia}: 5 €. " * 10)
    assert "".join(part["words"] for part in centre.sent()).count("Thank you {Pia}: 5 €.") == 10
    centre.reports(centre.sent()[0]["id"], "UNDELIV")
    heard(source, centre)
    reply.refresh_from_db()
    assert (reply.state, reply.trouble) == (Reply.State.FAILED, "The carrier could not deliver it.")


@pytest.mark.usefixtures("listening")
def test_a_part_that_never_comes_does_not_hide_the_others(centre: Centre, source: Source) -> None:
    centre.hears(PIA, "My Glimo beeps", udh="050003090301")
    centre.hears(PIA, " since Monday.", udh="050003090303")
    eventually(lambda: centre.waiting() == 0)
    while pipeline.open_waiting(source):
        pass
    assert not Message.objects.exists()
    assert showing_parts.show_incomplete(older_than=timedelta(0)) == 1
    assert Message.objects.get().text == "My Glimo beeps[…] since Monday."


@pytest.mark.usefixtures("listening")
def test_after_a_broken_bind_nothing_is_lost_and_nothing_doubled(centre: Centre, source: Source) -> None:
    centre.hears(PIA, "Before.")
    heard(source, centre)
    centre.drop()
    eventually(lambda: centre.bound() == 0)
    for number in range(20):
        centre.hears(PIA, f"Meanwhile {number}.")
    eventually(lambda: centre.bound() == 1, within=20)
    centre.hears(PIA, "Before.")
    heard(source, centre)
    texts = [each.text for each in Message.objects.order_by("id")]
    assert sorted(texts) == sorted(["Before.", "Before.", *(f"Meanwhile {number}." for number in range(20))])


@pytest.mark.usefixtures("listening")
def test_after_an_outage_of_the_centre_nothing_is_missed_and_what_waited_goes_out(
    committed_cast: Cast, centre: Centre, source: Source
) -> None:
    centre.hears(PIA, "Before.")
    case = heard(source, centre)
    centre.stop()
    eventually(lambda: Source.objects.get(pk=source.pk).failing_since is not None, within=20)
    assert answer(case, committed_cast, "Soon.").state == Reply.State.QUEUED
    centre.start()
    for number in range(20):
        centre.hears(PIA, f"Meanwhile {number}.")
    eventually(lambda: centre.bound() == 1, within=40)
    heard(source, centre)
    texts = Message.objects.filter(direction=Message.Direction.IN).values_list("text", flat=True)
    assert sorted(texts) == sorted(["Before.", *(f"Meanwhile {number}." for number in range(20))])
    sending.send(Reply.objects.get())
    assert [part["words"] for part in centre.sent()] == ["Soon."]
    assert Source.objects.get(pk=source.pk).failing_since is None
    told = Line.objects.filter(kind__in=("source_failing", "source_recovered"))
    assert set(told.values_list("kind", flat=True)) == {"source_failing", "source_recovered"}


def test_a_wrong_password_pauses_the_source(committed_cast: Cast, centre: Centre, source: Source) -> None:
    centre.password("another")
    Listening(source.pk, connector("smpp")).work(Event())  # type: ignore[arg-type]
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    assert source.unauthorised_since is not None
