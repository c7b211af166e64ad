"""The filtered stream of X, against our emulator: searches are heard as they happen, and a break is filled by asking."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from answerable.channels import metering
from answerable.channels.models import Source
from answerable.channels.x.connector import connector
from answerable.conversations.models import Message
from answerable.intake import polling
from answerable.intake.models import Envelope
from answerable.intake.streaming import Listening
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast
from tests.peers.programs import eventually
from tests.peers.test_x_emulator import address, connect, heard, peer
from tests.peers.x_emulator import BEARER, Emulator

__all__ = ["_journal_closes_again", "address", "committed", "committed_cast", "peer"]
pytestmark = pytest.mark.peers


def test_searches_are_heard_as_they_happen_and_a_break_is_filled(
    committed_cast: Cast, peer: Emulator, address: str
) -> None:
    source = connect(committed_cast, address, searches="glimo", bearer_token=BEARER)
    polling.poll(source)
    assert list(peer.rules.values()) == ["(glimo) -is:retweet -from:care"]
    before = metering.spent(source)
    stop = threading.Event()
    listening = threading.Thread(target=listen, args=(source, stop))
    listening.start()
    try:
        eventually(lambda: peer.listeners)
        peer.post("pia", "Has anybody a glimo?")
        eventually(lambda: Envelope.objects.count() == 1)
        eventually(lambda: metering.spent(source) > before)
    finally:
        stop.set()
        peer.stop()
        listening.join()
    peer.post("rob", "My glimo is silent.")
    peer.start()
    source.refresh_from_db()
    heard(source)
    assert sorted(Message.objects.values_list("text", flat=True)) == ["Has anybody a glimo?", "My glimo is silent."]


def listen(source: Source, stop: threading.Event) -> None:
    """A thread has a connection of its own."""
    try:
        Listening(source.pk, connector).work(stop)
    finally:
        connection.close()
