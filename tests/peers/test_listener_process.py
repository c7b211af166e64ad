"""The listener as a process of its own, killed without warning."""

from __future__ import annotations

import email
import os
import smtplib
import threading
from pathlib import Path

import pytest

from answerable.core import heartbeats
from answerable.intake.models import Envelope
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast
from tests.peers import listener, programs

PROVES = ("email",)
pytestmark = pytest.mark.peers


@pytest.fixture
def port(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    return listener.environment(monkeypatch)


def bring(port: int, number: int) -> bool:
    """Was the mail confirmed?"""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
            smtp.sendmail("pia@example.net", ["care@example.org"], letter("Hi", message_id=f"<{number}@example.net>"))
    except (OSError, smtplib.SMTPException):
        return False
    return True


def test_what_was_confirmed_is_there_after_a_kill(port: int, tmp_path: Path) -> None:
    confirmed: list[int] = []

    def bring_many() -> None:
        confirmed.extend(number for number in range(200) if bring(port, number))

    with listener.listening(port, tmp_path) as process:
        programs.eventually(lambda: heartbeats.alive("listener"))
        sender = threading.Thread(target=bring_many)
        sender.start()
        programs.eventually(lambda: Envelope.objects.count() >= 20, within=30)
        os.kill(process, 9)
        sender.join(60)

    kept = {
        int(email.message_from_bytes(each.bytes())["Message-ID"].strip("<").split("@")[0])
        for each in Envelope.objects.all()
    }
    assert len(confirmed) >= 15
    assert set(confirmed) <= kept

    with listener.listening(port, tmp_path):
        assert bring(port, 500)
