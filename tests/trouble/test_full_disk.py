"""The disk takes no more files. What waits goes on waiting, for as long as it takes, and is opened when there is room."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from answerable.channels.contract import Raw
from answerable.conversations.models import Attachment
from answerable.core import files
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.testing.cast import Cast
from tests.trouble.desk import Desk, letter

SMALL = 64 * 1024
LONG = 10


@contextmanager
def no_room() -> Iterator[None]:
    """The kernel itself refuses, in the middle of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_envelope_waits_through_a_full_disk_however_long_it_is(cast: Cast) -> None:
    mail = letter("film", attachment=2 * SMALL).as_bytes()
    receive(cast.mailbox, [Raw(mail)], at=now())

    with no_room():
        for _ in range(LONG):
            with pytest.raises(StoreFull):
                pipeline.open_waiting(cast.mailbox)
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.bytes()) == (Envelope.State.WAITING, mail)

    pipeline.open_waiting(cast.mailbox)
    envelope.refresh_from_db()
    assert envelope.state == Envelope.State.FILED
    assert Attachment.objects.get().size == 2 * SMALL


def test_a_large_mail_is_not_stored_by_half(cast: Cast, settings: Settings) -> None:
    mail = letter("film", attachment=10 * SMALL).as_bytes()

    with no_room(), pytest.raises(StoreFull):
        receive(cast.mailbox, [Raw(mail)], at=now())

    assert not Envelope.objects.exists()
    assert [path for path in Path(settings.ANSWERABLE_FILES).rglob("*") if path.is_file()] == []
    assert files.fetch(files.keep(mail)) == mail


def test_a_form_with_a_film_is_not_taken_by_half(cast: Cast) -> None:
    address = f"/form/{cast.form.slug}"

    def hand_in() -> Any:
        film = BytesIO(b"x" * 10 * SMALL)
        film.name = "it leaks.mp4"
        given = {"message": "It leaks.", "email": "pia@example.net", "key": "one", "files": film}
        return Client().post(address, given)

    with no_room():
        refused = hand_in()
    assert refused.status_code == 503
    assert "Free some space" in refused.content.decode()
    assert not Envelope.objects.exists()

    assert hand_in().status_code == 302
    pipeline.open_waiting(cast.form)
    assert Attachment.objects.get().size == 10 * SMALL


@pytest.mark.peers
def test_a_large_mail_stays_with_its_sender_while_there_is_no_room(desk: Desk) -> None:
    large, small = letter("large", attachment=10 * SMALL), letter("small")
    room = desk.house.state.files
    room.rename(room.with_name("elsewhere"))
    room.write_text("no folder, so no file can lie in it")
    try:
        assert desk.bring(large) == (452, "4.3.1 There is no room now. The mail was not taken. Try again later.")
        assert desk.bring(small) == (250, "")
    finally:
        room.unlink()
        room.with_name("elsewhere").rename(room)
    assert desk.bring(large) == (250, "")
