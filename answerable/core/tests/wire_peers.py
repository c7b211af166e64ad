"""Servers on loopback that behave, or misbehave, as a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager


@contextmanager
def speaking(script: Callable[[socket.socket], None], *, times: int = 1) -> Iterator[int]:
    """A TCP server that plays `script` on each of its first `times` connections; gives the port."""
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_play, args=(server, script, times), daemon=True)
    thread.start()
    with closing(server):
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _play(server: socket.socket, script: Callable[[socket.socket], None], times: int) -> None:
    for _ in range(times):
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            script(connection)


def heard(connection: socket.socket, end: bytes) -> bytes:
    """Everything up to and with `end`, or until the other side hangs up."""
    said = b""
    while not said.endswith(end):
        piece = connection.recv(65536)
        if not piece:
            break
        said += piece
    return said
