"""The door of the demo's mailroom, beside the desk's own door for mail."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest
from pytest_django import Settings

from answerable.channels.models import Source
from answerable.channels.sandbox import mailroom as rooms
from answerable.house import mailroom, seeding
from answerable.testing.doors import free_port


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Settings:
    """The listener moved to the port that the mailroom likes best, as it does where its own is taken."""
    settings.ANSWERABLE_DEMO, settings.ANSWERABLE_FILES = True, tmp_path
    settings.ANSWERABLE_SMTP_PORT = free_port()
    rooms.folder().mkdir()
    (rooms.folder() / rooms.PORT_FILE).write_text(str(settings.ANSWERABLE_SMTP_PORT))
    return settings


@pytest.mark.django_db
def test_the_mailroom_leaves_the_listener_its_port_and_tells_the_mailbox_where_it_is(demo: Settings) -> None:
    seeding.furnish()
    door = mailroom.open_in_demo()
    assert door
    try:
        assert door.port != demo.ANSWERABLE_SMTP_PORT
        with smtplib.SMTP(rooms.HOST, door.port) as answering:
            assert answering.noop()[0] == 250
    finally:
        door.stop()
    assert Source.objects.get(kind="email", address=seeding.ADDRESS).settings["smtp_port"] == door.port


def test_outside_the_demo_no_door_is_opened(settings: Settings) -> None:
    settings.ANSWERABLE_DEMO = False
    assert mailroom.open_in_demo() is None
