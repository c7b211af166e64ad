"""Opening envelopes: whatever one of them holds, it stops no other and is not lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.conversations.models import Attachment, Message
from answerable.core.files import StoreFull
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


def post(number: int, **changes: Any) -> Raw:
    return Raw(body=json.dumps({**POST, "id": number, **changes}).encode())


def open_all(source: Source) -> None:
    while pipeline.open_waiting(source):
        pass


@pytest.fixture
def _no_zebras(cast: Cast) -> None:
    """A fault of ours that nobody knows yet: something in a message that the house cannot write."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE conversations_message ADD CONSTRAINT no_zebras CHECK (text NOT LIKE '%zebra%')")


@pytest.mark.usefixtures("_no_zebras")
def test_poison_goes_to_quarantine_and_the_others_go_on(cast: Cast) -> None:
    receive(cast.square, [post(1), post(2, text="A zebra."), Raw(body=b"\xff not a post"), post(3)], at=now())
    open_all(cast.square)
    states = dict(Envelope.objects.order_by("id").values_list("id", "state"))
    assert list(states.values()) == ["filed", "quarantined", "quarantined", "filed"]
    assert Case.objects.count() == 2
    quarantined = Envelope.objects.filter(state="quarantined")
    assert all("kept" in envelope.reason for envelope in quarantined)
    assert Event.objects.filter(kind="envelope_quarantined").count() == 2


@pytest.mark.usefixtures("_no_zebras")
def test_a_reason_never_quotes_the_person(cast: Cast) -> None:
    receive(cast.square, [post(1, text="A zebra.")], at=now())
    open_all(cast.square)
    envelope = Envelope.objects.get()
    assert envelope.state == "quarantined"
    assert "zebra" not in envelope.reason
    assert "zebra" not in str(list(Event.objects.values_list("data", flat=True)))


def test_what_is_not_for_us_is_set_aside_with_its_reason(cast: Cast) -> None:
    arrive(letter("I am away.", Auto_Submitted="auto-replied"), cast.mailbox)
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.reason) == ("set_aside", "A machine wrote it and it belongs to no case.")
    assert Event.objects.filter(kind="envelope_set_aside", data__envelope=envelope.pk).exists()


def test_the_database_refuses_an_outcome_without_a_reason(cast: Cast) -> None:
    receive(cast.square, [post(1)], at=now())
    for state in ("set_aside", "quarantined"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Envelope.objects.update(state=state)


def test_a_full_disk_lets_everything_wait_and_counts_as_nobody_s_try(cast: Cast, settings: Any, tmp_path: Path) -> None:
    parts = '--c\n\nLook.\n--c\nContent-Type: text/plain; name="a.txt"\n\nfile\n--c--\n'
    body = letter(parts).replace(b'text/plain; charset="utf-8"', b"multipart/mixed; boundary=c")
    receive(cast.mailbox, [Raw(body=body)], at=now())
    (tmp_path / "taken").write_bytes(b"")
    room, settings.ANSWERABLE_FILES = settings.ANSWERABLE_FILES, tmp_path / "taken"
    for _ in range(5):
        with pytest.raises(StoreFull):
            pipeline.open_waiting(cast.mailbox)
    assert Envelope.objects.get().state == "waiting"
    assert not Message.objects.exists()
    settings.ANSWERABLE_FILES = room
    open_all(cast.mailbox)
    assert Envelope.objects.get().state == "filed"
    assert Attachment.objects.count() == 1


def test_what_ended_its_worker_is_opened_alone_and_then_quarantined(cast: Cast) -> None:
    receive(cast.square, [post(1), post(2)], at=now())
    first, second = Envelope.objects.order_by("id")
    Envelope.objects.filter(pk=first.pk).update(tries=pipeline.MAX_TRIES)
    assert pipeline.open_waiting(cast.square) == 1
    first.refresh_from_db()
    assert first.state == "quarantined"
    second.refresh_from_db()
    assert second.state == "waiting"
    open_all(cast.square)
    second.refresh_from_db()
    assert second.state == "filed"


def test_awareness_is_the_arrival_however_late_it_is_opened(cast: Cast) -> None:
    arrived = now().replace(year=2025)
    receive(cast.square, [post(1)], at=arrived)
    open_all(cast.square)
    message = Message.objects.get()
    assert (message.received_at, message.filing.case.opened_at) == (arrived, arrived)
    assert message.posted_at is not None


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1850-01-01T00:00:00+00:00"])
def test_a_time_that_no_page_could_show_is_not_claimed_by_us(cast: Cast, at: str) -> None:
    receive(cast.square, [post(1, at=at)], at=now())
    open_all(cast.square)
    message = Message.objects.get()
    assert message.posted_at is None
    assert message.received_at is not None
