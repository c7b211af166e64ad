"""The stream of the stand-in for a Mastodon server: it tells what happens to whoever listens then, and repeats nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve


class Stream:
    """`token` is the one that it admits."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._listeners: dict[ServerConnection, list[tuple[str, str]]] = {}
        self.port = 0

    @property
    def listeners(self) -> int:
        return len([wanted for wanted in self._listeners.values() if wanted])

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self._server = serve(self._listen, "127.0.0.1", self.port, process_request=self._admit)
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        for connection in list(self._listeners):
            connection.close()
        self._server.shutdown()
        self._thread.join(5)

    def tell(self, stream: str, event: str, payload: Any, post: Mapping[str, Any]) -> None:
        words = payload if isinstance(payload, str) else json.dumps(payload)
        for connection, wanted in list(self._listeners.items()):
            for name, tag in wanted:
                if name == stream and (not tag or f"#{tag}" in post["content"]):
                    with suppress(ConnectionClosed):
                        connection.send(json.dumps({"stream": [name], "event": event, "payload": words}))

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        admitted = (
            request.path == "/api/v1/streaming" and request.headers.get("Authorization") == f"Bearer {self._token}"
        )
        return None if admitted else connection.respond(401, "The access token was revoked\n")

    def _listen(self, connection: ServerConnection) -> None:
        self._listeners[connection] = []
        with suppress(ConnectionClosed):
            while True:
                asked = json.loads(connection.recv())
                self._listeners[connection].append((asked["stream"], asked.get("tag", "")))
        del self._listeners[connection]
