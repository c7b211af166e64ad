"""A stream, its frames in batches, and what may become of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from answerable.core.tests.wire_peers import heard, speaking
from answerable.core.text import events
from answerable.core.wire import staying
from answerable.core.wire.calls import StreamCall, StreamForm
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused
from answerable.core.wire.streaming import listen

Refusal = Callable[[ServerConnection, Request], Response | None]


class Ear:
    """Listens until it has heard enough, and keeps what it heard."""

    def __init__(self, enough: int) -> None:
        self.enough, self.stop = enough, Event()
        self.batches: list[list[bytes]] = []
        self.opened, self.troubles = 0, list[NoAnswer]()

    @property
    def heard(self) -> list[bytes]:
        return [frame for batch in self.batches for frame in batch]

    def take(self, frames: list[bytes]) -> None:
        self.batches.append(frames)
        if len(self.heard) >= self.enough:
            self.stop.set()

    def open(self) -> None:
        self.opened += 1

    def trouble(self, failure: NoAnswer) -> None:
        self.troubles.append(failure)
        if self.enough == 0:
            self.stop.set()

    def listen(self, call: StreamCall, *, allow_private: bool = True) -> None:
        listen(
            lambda: call,
            self.take,
            self.stop,
            on_open=self.open,
            on_trouble=self.trouble,
            allow_private=allow_private,
        )


@contextmanager
def serving(script: Callable[[ServerConnection], None], refuse: Refusal | None = None) -> Iterator[str]:
    with serve(script, "127.0.0.1", 0, process_request=refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/stream"
        server.shutdown()
    thread.join(5)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staying, "FIRST_PAUSE", 0.01)


def test_frames_come_in_order_and_in_batches() -> None:
    def script(connection: ServerConnection) -> None:
        assert connection.recv() == "hello"
        for number in range(300):
            connection.send(str(number))

    ear = Ear(300)
    with serving(script) as address:
        ear.listen(StreamCall(address, first=("hello",)))

    assert ear.heard == [str(number).encode() for number in range(300)]
    assert len(ear.batches) < 100


def test_a_stream_that_ends_is_opened_again() -> None:
    ear = Ear(3)
    with serving(lambda connection: connection.send(b"\x01")) as address:
        ear.listen(StreamCall(address))

    assert (ear.heard, ear.opened) == ([b"\x01"] * 3, 3)
    assert len(ear.troubles) == 2


def test_nothing_more_is_read_while_a_batch_is_taken() -> None:
    """The other side gets as far as our buffers and the net's, and no further."""
    sent = 0

    def script(connection: ServerConnection) -> None:
        nonlocal sent
        for _ in range(4_000):
            connection.send(b"x" * 50_000)
            sent += 1

    ear = Ear(4_000)

    def take(frames: list[bytes]) -> None:
        time.sleep(1.5)
        ear.stop.set()

    with serving(script) as address:
        listen(
            lambda: StreamCall(address),
            take,
            ear.stop,
            on_open=ear.open,
            on_trouble=ear.trouble,
            allow_private=True,
        )

    assert 0 < sent < 2_000


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_sign_in_ends_it(status: int) -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(status, "no\n")

    with serving(lambda connection: None, refuse) as address, pytest.raises(SignInRefused):
        Ear(1).listen(StreamCall(address))


def test_a_busy_server_says_for_how_long() -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        response = connection.respond(503, "busy\n")
        response.headers["Retry-After"] = "7"
        return response

    ear = Ear(0)
    ear.stop.wait = lambda timeout=None: False  # type: ignore[method-assign]
    with serving(lambda connection: None, refuse) as address:
        ear.listen(StreamCall(address))

    assert [failure.after for failure in ear.troubles] == [7.0]


@pytest.mark.parametrize("form", list(StreamForm))
def test_a_private_address_is_refused(form: StreamForm) -> None:
    ear = Ear(0)
    scheme = "ws" if form is StreamForm.WEBSOCKET else "http"
    with speaking(lambda connection: None) as port:
        ear.listen(StreamCall(f"{scheme}://127.0.0.1:{port}/", form), allow_private=False)

    assert isinstance(ear.troubles[0], Guarded)


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "file:///etc/passwd", "ws://", "wss:///x", ""])
def test_what_is_no_address_of_a_stream_is_trouble(address: str) -> None:
    ear = Ear(0)
    ear.listen(StreamCall(address))
    assert len(ear.troubles) == 1


def flowing(body: bytes) -> Callable[[socket.socket], None]:
    def script(connection: socket.socket) -> None:
        heard(connection, b"\r\n\r\n")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + body)
        Event().wait(0.3)

    return script


def test_server_sent_events_come_one_by_one_without_signs_of_life() -> None:
    ear = Ear(2)
    body = b":thump\n\nevent: update\r\ndata: {}\r\n\r\n:thump\n\ndata: a\ndata: b\nid: 7\n\n"
    with speaking(flowing(body)) as port:
        ear.listen(StreamCall(f"http://127.0.0.1:{port}/", StreamForm.EVENTS))

    first, second = map(events.read, ear.heard)
    assert (first.name, first.data) == ("update", "{}")
    assert (second.name, second.data, second.id) == ("message", "a\nb", "7")


def test_lines_come_one_by_one() -> None:
    ear = Ear(2)
    with speaking(flowing(b'{"a": 1}\r\n\r\n{"b": 2}\r\nhalf')) as port:
        ear.listen(StreamCall(f"http://127.0.0.1:{port}/", StreamForm.LINES))

    assert ear.heard == [b'{"a": 1}', b'{"b": 2}']


def test_a_silent_stream_is_taken_for_dead() -> None:
    ear = Ear(0)
    with speaking(flowing(b"")) as port:
        ear.listen(StreamCall(f"http://127.0.0.1:{port}/", StreamForm.EVENTS, silence=0.1))

    assert "time-out" in ear.troubles[0].sentence


def test_a_stream_without_a_server_is_trouble() -> None:
    ear = Ear(0)
    ear.listen(StreamCall("ws://127.0.0.1:1/"))
    ear.stop.clear()
    ear.listen(StreamCall("http://127.0.0.1:1/", StreamForm.LINES))

    assert len(ear.troubles) == 2
