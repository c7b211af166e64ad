"""Listening: what is kept, what is counted, and where it goes on. The network is a small WebSocket server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from answerable.channels import connecting
from answerable.channels.contract import Page, Raw, Reauthorise, Unreadable
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.core.wire import staying
from answerable.core.wire.calls import StreamCall
from answerable.intake import reconciling, streaming
from answerable.intake.models import Envelope, PassedBy
from answerable.intake.streaming import Listening
from answerable.testing.cast import Cast


class Radio:
    """A network that sends numbered frames, from the number that it is asked for."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.listeners: list[threading.Thread] = []
        self.status = 101
        self.asked_for: list[int] = []
        self._server = serve(self._send, "127.0.0.1", 0, process_request=self._admit)
        self.address = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def say(self, words: str, **more: Any) -> None:
        self.frames.append(json.dumps({"number": len(self.frames) + 1, "words": words, **more}))

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(5)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        return None if self.status == 101 else connection.respond(self.status, "no\n")

    def _send(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        after = int(parse_qs(urlsplit(connection.request.path).query)["after"][0])
        self.asked_for.append(after)
        for frame in self.frames[after:]:
            connection.send(frame)
        with suppress(ConnectionClosed):
            connection.recv()


class Speaker:
    """Understands the radio: words with our name are ours."""

    def __init__(self, address: str) -> None:
        self.address = address

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall:
        return StreamCall(f"{self.address}/?after={cursor.get('number', 0)}")

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        try:
            told = json.loads(frame)
        except ValueError as error:
            raise Unreadable("This is no frame of the radio.") from error
        if told.get("revoked"):
            raise Reauthorise("The radio no longer knows us.")
        ours = "Glimo" in told["words"] or "about" in told
        raw = Raw(frame, external_id=str(told["number"]), about=told.get("about", ""))
        return Page((raw,) if ours else (), {"number": told["number"]}, passed_by=not ours)


@pytest.fixture
def radio(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Radio]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(staying, "FIRST_PAUSE", 0.01)
    radio = Radio()
    yield radio
    radio.stop()


def listen(source: Source, radio: Radio, *, seconds: float = 0.6) -> None:
    """For a moment, in this thread and on its connection, as one listener does."""
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    Listening(source.pk, Speaker(radio.address)).work(stop)
    timer.cancel()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    source.refresh_from_db()


def test_what_is_ours_is_kept_what_is_not_is_counted_and_the_cursor_passes_both(
    committed_cast: Cast, radio: Radio
) -> None:
    source = committed_cast.square
    for words in ("My Glimo beeps.", "Nice weather.", "Is Glimo any good?", "Hello."):
        radio.say(words)

    listen(source, radio)

    assert set(Envelope.objects.values_list("once", flat=True)) == {"1", "3"}
    assert source.stream_cursor == {"number": 4}
    assert source.cursor == {}
    assert PassedBy.objects.get().number == 2
    (line,) = reconciling.ledger(committed_cast.root)
    assert (line.held, line.passed_by, line.waiting) == (2, 2, 2)


def test_it_goes_on_where_it_stopped_and_hears_nothing_twice(committed_cast: Cast, radio: Radio) -> None:
    source = committed_cast.square
    radio.say("My Glimo beeps.")
    listen(source, radio)
    radio.say("Mine beeps, too: Glimo.")
    Source.objects.update(stream_cursor={})

    listen(source, radio)
    listen(source, radio)

    assert Envelope.objects.count() == 2
    assert radio.asked_for == [0, 0, 2]


def test_news_about_what_we_never_had_is_not_kept(committed_cast: Cast, radio: Radio) -> None:
    radio.say("My Glimo beeps.")
    radio.say("", about="1")
    radio.say("", about="700")
    listen(committed_cast.square, radio)
    radio.say("", about="1", again=True)
    listen(committed_cast.square, radio)

    assert set(Envelope.objects.values_list("once", flat=True)) == {"1", "2", "4"}


def test_one_frame_that_nobody_can_read_is_kept_and_stops_nothing(committed_cast: Cast, radio: Radio) -> None:
    radio.say("My Glimo beeps.")
    radio.frames.append("?")
    radio.say("Another Glimo.")

    listen(committed_cast.square, radio)

    assert Envelope.objects.count() == 3
    assert committed_cast.square.stream_cursor == {"number": 3}


def test_a_stream_of_which_nothing_can_be_read_is_ill_and_fills_nothing(committed_cast: Cast, radio: Radio) -> None:
    radio.frames += ["?", "!"]
    listen(committed_cast.square, radio)

    assert not Envelope.objects.exists()
    assert committed_cast.square.failing_since is not None
    assert committed_cast.square.failing_in_stream


def test_an_outage_is_seen_and_so_is_its_end(committed_cast: Cast, radio: Radio) -> None:
    radio.status = 503
    listen(committed_cast.square, radio)
    assert "503" in Source.objects.get(failing_since__isnull=False, failing_in_stream=True).trouble

    radio.status = 101
    listen(committed_cast.square, radio)

    assert not Source.objects.filter(failing_since__isnull=False).exists()
    kinds = ["source_failing", "source_recovered"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == kinds


@pytest.mark.parametrize("how", ["handshake", "frame"])
def test_lost_authorisation_pauses_the_source(committed_cast: Cast, radio: Radio, how: str) -> None:
    radio.status = 401 if how == "handshake" else 101
    radio.say("", revoked=True)

    listen(committed_cast.square, radio)

    assert committed_cast.square.state == Source.State.PAUSED
    assert committed_cast.square.unauthorised_since is not None


def test_two_processes_do_not_listen_to_one_source(committed_cast: Cast, radio: Radio) -> None:
    def beside() -> None:
        listen(committed_cast.square, radio, seconds=1.5)
        connection.close()

    other = threading.Thread(target=beside)
    other.start()
    while not radio.asked_for:
        assert other.is_alive()
    stop = threading.Event()

    Listening(committed_cast.square.pk, Speaker(radio.address)).work(stop)

    other.join()
    assert len(radio.asked_for) == 1


def test_a_count_goes_to_the_day_in_utc(committed_cast: Cast, radio: Radio) -> None:
    radio.say("Hello.")
    listen(committed_cast.square, radio)
    assert PassedBy.objects.get().day == now().date()


def test_only_sources_that_are_on_and_listen_are_listened_to(cast: Cast) -> None:
    by, values = House(cast.workspace.pk, "tests"), {"address": "@care.example", "app_password": "made-up"}
    values["server"] = "https://pds.example"
    asking = connecting.connect("bluesky", label="Asks", team=cast.front_line, values=values, by=by)
    assert not list(streaming.duties())

    told = {**asking.settings, "address": "@care.example", "words_by": "jetstream"}
    connecting.change(asking, label="Listens", team=cast.front_line, values=told, by=by)
    (duty,) = streaming.duties()
    assert duty.name == f"stream-{asking.pk}"

    connecting.pause(asking, by=by)
    assert not list(streaming.duties())
