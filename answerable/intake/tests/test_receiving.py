"""Bytes first: stored once, with their job and the cursor, or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.files import StoreFull
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline, sweeping
from answerable.intake.models import Envelope
from answerable.intake.receiving import LARGE, receive
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, make_mailbox
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]

ODD = b"\x00\xff\r\n.\r\n not text \xed\xa0\x80"


def at_once(*doings: Any) -> None:
    """Run them in threads of their own, begun at the same moment."""
    together, failures = threading.Barrier(len(doings)), list[BaseException]()

    def run(doing: Any) -> None:
        try:
            together.wait(10)
            doing()
        except BaseException as failure:  # noqa: BLE001 - told to the test below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


def test_the_bytes_are_kept_as_they_came(cast: Cast) -> None:
    (pk,) = receive(cast.mailbox, [Raw(body=ODD, headers={"x": "y"}, external_id="e1")], at=now())
    envelope = Envelope.objects.get(pk=pk)
    assert (envelope.bytes(), envelope.headers, envelope.once, envelope.size) == (ODD, {"x": "y"}, "e1", len(ODD))
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.heard_at == envelope.received_at


def test_a_large_one_lies_in_the_file_store(cast: Cast) -> None:
    (pk,) = receive(cast.mailbox, [Raw(body=b"x" * (LARGE + 1))], at=now())
    envelope = Envelope.objects.get(pk=pk)
    assert (bytes(envelope.body), len(envelope.bytes())) == (b"", LARGE + 1)


def test_an_envelope_ten_times_is_one_message(cast: Cast) -> None:
    for _ in range(10):
        arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert (Envelope.objects.count(), Message.objects.count(), Case.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(kind="message_filed").count() == 1


def test_an_envelope_ten_times_at_the_same_moment_is_one_message(committed_cast: Cast) -> None:
    cast, body = committed_cast, letter("Which batteries does it take?")

    def bring() -> None:
        receive(cast.mailbox, [Raw(body=body)], at=now())
        pipeline.open_waiting(Source.objects.select_related("workspace").get(pk=cast.mailbox.pk))

    at_once(*[bring] * 10)
    while pipeline.open_waiting(cast.mailbox):
        pass
    assert (Envelope.objects.count(), Message.objects.count(), Case.objects.count()) == (1, 1, 1)
    assert Envelope.objects.get().state == "filed"


def test_the_same_mail_in_two_mailboxes_at_the_same_moment_is_one_message(committed_cast: Cast) -> None:
    cast, body = committed_cast, letter("Which batteries does it take?", to="care@example.org, help@example.org")
    other = make_mailbox(cast.front_line, by=House(cast.workspace.pk, "tests"), address="help@example.org")
    for source in (cast.mailbox, other):
        receive(source, [Raw(body=body)], at=now())
    with transaction.atomic():
        pipeline.open_waiting(cast.mailbox)
        second = threading.Thread(target=_open, args=(other.pk,))
        second.start()
        second.join(0.5)
    second.join(30)
    assert list(Envelope.objects.values_list("state", flat=True)) == ["filed", "filed"]
    assert (Message.objects.count(), Case.objects.count()) == (1, 1)
    assert Message.objects.get().sightings.count() == 2


def _open(source_id: int) -> None:
    try:
        pipeline.open_waiting(Source.objects.select_related("workspace").get(pk=source_id))
    finally:
        connection.close()


def test_once_only_is_kept_by_the_database(cast: Cast) -> None:
    (pk,) = receive(cast.mailbox, [Raw(body=b"x", external_id="e1")], at=now())
    envelope = Envelope.objects.get(pk=pk)
    envelope.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        envelope.save(force_insert=True)


def test_the_job_and_the_cursor_come_with_what_they_are_about(cast: Cast) -> None:
    receive(cast.mailbox, [Raw(body=b"x")], at=now(), cursor={"uid": 5})
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.cursor == {"uid": 5}
    job = ProcrastinateJob.objects.get()
    assert (job.args, job.lock) == ({"source_id": cast.mailbox.pk}, f"source:{cast.mailbox.pk}")
    receive(cast.mailbox, [Raw(body=b"x")], at=now(), cursor={"uid": 6})
    assert ProcrastinateJob.objects.count() == 1


def test_what_a_full_disk_does_not_take_moves_no_cursor(cast: Cast, settings: Any, tmp_path: Path) -> None:
    receive(cast.mailbox, [Raw(body=b"x")], at=now(), cursor={"uid": 5})
    (tmp_path / "taken").write_bytes(b"")
    settings.ANSWERABLE_FILES = tmp_path / "taken"
    with pytest.raises(StoreFull):
        receive(cast.mailbox, [Raw(body=b"y"), Raw(body=b"x" * (LARGE + 1))], at=now(), cursor={"uid": 7})
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.cursor == {"uid": 5}
    assert Envelope.objects.count() == 1


def test_an_envelope_without_a_job_is_found(cast: Cast) -> None:
    receive(cast.mailbox, [Raw(body=b"x")], at=now() - timedelta(minutes=2))
    receive(cast.form, [Raw(body=b"x")], at=now())
    assert sweeping.sweep() == [cast.mailbox.pk]
    assert ProcrastinateJob.objects.filter(args={"source_id": cast.mailbox.pk}).count() == 2
