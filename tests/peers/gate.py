"""A gate before a server on loopback: shut, it is an outage that only we notice, while everybody else goes on."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Gate:
    """Passes bytes on to the server while it is open."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._live: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open()

    def shut(self) -> None:
        """Nobody comes in, and whoever is inside is cut off."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for each in list(self._live):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def open(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._open()

    def _open(self) -> None:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._server.accept()
            except OSError:
                return
            outside = socket.create_connection(("127.0.0.1", self._to))
            self._live |= {inside, outside}
            for ends in ((inside, outside), (outside, inside)):
                threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while piece := here.recv(65536):
                there.sendall(piece)
        with suppress(OSError):
            there.shutdown(socket.SHUT_RDWR)
        here.close()
        self._live.discard(here)
