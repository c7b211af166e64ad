"""What all stand-ins and emulators are made of: real HTTP on loopback, which `stop` and `start` cut off and bring back.

A peer remembers what was said and is started in a test; a handler of its own answers for it, and finds it in `peer`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = ["127.0.0.0/8", "::1/128"]


class Starts(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


P = TypeVar("P", bound=Starts)


def served(peer: P, settings: Any) -> Iterator[P]:
    """A peer for as long as a test takes, which the house may call: the body of a fixture."""
    settings.ANSWERABLE_PRIVATE_NETWORKS = LOOPBACK
    peer.start()
    yield peer
    peer.stop()


class Peer:
    """It keeps its port and what it remembers while it is stopped."""

    port: int = 0

    def handler(self) -> type[Handler]:
        """Who answers for this peer."""
        raise NotImplementedError

    def start(self) -> None:
        handler = type("Handler", (self.handler(),), {"peer": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


class Handler(BaseHTTPRequestHandler):
    """One request: `place` and `asked` are its address, `given` its body; `answer` and `send` answer it.

    A peer writes what it takes: `get`, `post`, `put`, `patch`, `delete`.
    """

    peer: Any

    def get(self) -> None:
        self.send(405, b"")

    post = put = patch = delete = get

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def do_PUT(self) -> None:
        self.put()

    def do_PATCH(self) -> None:
        self.patch()

    def do_DELETE(self) -> None:
        self.delete()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is written among the lines of the tests."""

    @property
    def place(self) -> str:
        """The path as it was sent, without what is asked."""
        return urlsplit(self.path).path

    @property
    def parts(self) -> list[str]:
        return [unquote(part) for part in self.place.split("/")[1:]]

    @property
    def asked(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def bearer(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def given(self) -> bytes:
        """The body; to be read once."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self.send(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, words in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, words)
        self.end_headers()
        self.wfile.write(body)
