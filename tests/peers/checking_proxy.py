"""A reverse proxy on loopback that holds each request and each answer against a vendor's published description.

It stands between a connector and our own stateful emulator: the emulator remembers what was said, the proxy proves that both
speak as the vendor describes it. What does not fit is passed on all the same and kept in `misfits`, so that a journey goes on
and fails at its end with all that was wrong. Use it in a fixture, with `address` as the server that the source calls:

    @pytest.fixture
    def address(peer: Emulator) -> Iterator[str]:
        with between(peer.address, published("x-v2.json"), unchecked=("/2/oauth2/",)) as address:
            yield address

`published` gives None where the description does not lie beside the project; then the connector speaks with the emulator
itself. `unchecked` begin the addresses that the vendor does not describe; each needs a word why, at that place. A stream of
JSON lines is checked line by line, as an answer of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from tests.contracts.described import Description
from tests.peers.serving import Handler, Peer

OF_ONE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"})
WAITS = 30.0


@dataclass
class CheckingProxy(Peer):
    """`checked` are the operations that were held against the description, as "GET /2/tweets/{id}"."""

    upstream: str
    description: Description
    unchecked: Sequence[str] = ()
    misfits: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)

    def handler(self) -> type[Handler]:
        return _Handler

    def checks(self, path: str) -> bool:
        return not path.startswith(tuple(self.unchecked)) if self.unchecked else True


@contextmanager
def between(upstream: str, description: Description | None, *, unchecked: Sequence[str] = ()) -> Iterator[str]:
    """The address to call: the proxy's, or the server's own without a description. At its end everything must have fitted."""
    if description is None:
        yield upstream
        return
    proxy = CheckingProxy(upstream, description, unchecked)
    proxy.start()
    try:
        yield proxy.address
    finally:
        proxy.stop()
    assert not proxy.misfits, "\n".join(dict.fromkeys(proxy.misfits))


class _Handler(Handler):
    peer: CheckingProxy
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.given()
        self._check(self.peer.description.asked, dict(self.headers.items()), body)
        server = urlsplit(self.peer.upstream)
        line = HTTPConnection(server.hostname or "", server.port, timeout=WAITS)
        headers = {name: each for name, each in self.headers.items() if name.lower() not in OF_ONE_HOP}
        try:
            line.request(self.command, self.path, body, headers)
            self._pass_back(line.getresponse())
        except OSError:
            self.close_connection = True  # the server is gone: so are we, as far as the other side sees
        finally:
            line.close()

    get = post = put = delete = patch = _pass_on

    def _pass_back(self, told: HTTPResponse) -> None:
        headers = {name: each for name, each in told.getheaders() if name.lower() not in OF_ONE_HOP}
        self.send_response(told.status)
        for name, each in headers.items():
            if name.lower() not in ("date", "server"):
                self.send_header(name, each)
        if told.getheader("Content-Length") is None and told.status not in (204, 304):
            self._stream(told, headers)
            return
        body = told.read()
        self._check(self.peer.description.answered, told.status, headers, body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, told: HTTPResponse, headers: dict[str, str]) -> None:
        """A line is passed on as it comes; an empty one keeps the connection alive and says nothing."""
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while line := told.readline():
            if line.strip():
                self._check(self.peer.description.answered, told.status, headers, line)
            self.wfile.write(line)
            self.wfile.flush()

    def _check(self, how: Any, *what: Any) -> None:
        if not self.peer.checks(self.place):
            return
        template = self.peer.description.template(self.command, self.place)
        self.peer.checked.add(f"{self.command} {template or self.place}")
        if template or how == self.peer.description.asked:
            self.peer.misfits += how(self.command, self.path, *what)
