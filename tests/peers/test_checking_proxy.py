"""The checking proxy itself: what fits passes, what does not is found, in the request and in the answer."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.contracts.described import Description
from tests.peers.checking_proxy import between

pytestmark = pytest.mark.peers
POST = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "seen": {"type": "integer"}},
    "additionalProperties": False,
}
SPEC = Description(
    {
        "components": {"schemas": {"Post": POST}},
        "paths": {
            "/posts/{id}": {
                "get": {
                    "parameters": [
                        {"in": "path", "name": "id", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
                        {"in": "query", "name": "most", "schema": {"type": "integer", "maximum": 100}},
                        {
                            "in": "query",
                            "name": "fields",
                            "explode": False,
                            "schema": {"type": "array", "items": {"enum": ["id", "seen"]}},
                        },
                    ],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Post"}}}}
                    },
                }
            },
            "/posts": {
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Post"}},
                            "application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Post"}},
                        },
                    },
                    "responses": {"200": {"content": {"application/json": {"schema": {}}}}},
                }
            },
        },
    }
)


class _Server(BaseHTTPRequestHandler):
    """Answers each path with what the test laid there."""

    told: dict[str, Any]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, value = self.told.get(self.path.partition("?")[0], (404, {"error": "gone"}))
        lines = isinstance(value, list)
        body = b"".join(json.dumps(each).encode() + b"\r\n\r\n" for each in (value if lines else [value]))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if not lines:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is written among the lines of the tests."""


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, Any]]]:
    told: dict[str, Any] = {"/posts/7": (200, {"id": "7", "seen": 3}), "/posts": (200, {})}
    running = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (_Server,), {"told": told}))
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://localhost:{running.server_address[1]}", told
    running.shutdown()
    thread.join()
    running.server_close()


def asked(address: str, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
    request = urllib.request.Request(address + path, body, {"Content-Type": kind} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return bytes(error.read())


def test_what_fits_passes_unchanged(server: tuple[str, dict[str, Any]]) -> None:
    upstream, told = server
    told["/posts/8"] = (200, [{"id": "8"}, {"id": "9", "seen": 1}])
    with between(upstream, SPEC) as address:
        assert json.loads(asked(address, "/posts/7?most=100&fields=id,seen")) == {"id": "7", "seen": 3}
        assert asked(address, "/posts", b'{"id": "7"}') == asked(
            address, "/posts", b"id=7", "application/x-www-form-urlencoded"
        )
        assert asked(address, "/posts/8").split() == [b'{"id":', b'"8"}', b'{"id":', b'"9",', b'"seen":', b"1}"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/nowhere", None, "is not described"),
        ("/posts/a", None, "does not match"),
        ("/posts/7?most=101", None, "“most”"),
        ("/posts/7?most=many", None, "“most”"),
        ("/posts/7?fields=id,followers", None, "“fields”"),
        ("/posts/7?other=1", None, "“other” is no question there"),
        ("/posts", b'{"id": 7}', "is not of type"),
        ("/posts", b'{"id": "7", "more": 1}', "more"),
    ],
)
def test_a_request_that_does_not_fit_is_found(
    server: tuple[str, dict[str, Any]], path: str, body: bytes | None, words: str
) -> None:
    with pytest.raises(AssertionError, match=words), between(server[0], SPEC) as address:
        asked(address, path, body)


@pytest.mark.parametrize("value", [{"id": 7}, {}, {"id": "7", "followers": 9}, [{"id": "7"}, {"id": 8}]])
def test_an_answer_that_does_not_fit_is_found(server: tuple[str, dict[str, Any]], value: Any) -> None:
    server[1]["/posts/7"] = (200, value)
    with pytest.raises(AssertionError, match="GET /posts/"), between(server[0], SPEC) as address:
        asked(address, "/posts/7")


def test_a_status_that_is_not_described_is_found_and_an_address_can_be_left_out(
    server: tuple[str, dict[str, Any]],
) -> None:
    with between(server[0], SPEC, unchecked=("/oauth/",)) as address:
        assert b"gone" in asked(address, "/oauth/token", b"a=b", "application/x-www-form-urlencoded")
    with pytest.raises(AssertionError, match="404 is not described"), between(server[0], SPEC) as address:
        asked(address, "/posts/9")


def test_without_a_description_the_server_is_spoken_to_itself(server: tuple[str, dict[str, Any]]) -> None:
    with between(server[0], None) as address:
        assert address == server[0]
