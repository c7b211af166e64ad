"""One HTTP request and what may become of it."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable

import pytest

from answerable.core import wire
from answerable.core.tests.wire_peers import heard, speaking
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.core.wire.failures import Guarded, NoAnswer
from answerable.core.wire.http import retry_after

Script = Callable[[socket.socket], None]


def answering(*lines: str, body: bytes = b"", asked: list[bytes] | None = None) -> Script:
    """A server that hears one request and answers it."""

    def script(connection: socket.socket) -> None:
        request = heard(connection, b"\r\n\r\n")
        if asked is not None:
            asked.append(request)
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""])
        connection.sendall(head.encode() + body)

    return script


def breaking(connection: socket.socket) -> None:
    heard(connection, b"\r\n\r\n")


def ask(port: int, method: str = "GET", *, repeatable: bool = False, max_bytes: int = 1000) -> HttpAnswer:
    call = HttpCall(method, f"http://localhost:{port}/path", repeatable=repeatable, timeout=2)
    answer = wire.run(call, allow_private=True, max_bytes=max_bytes)
    assert isinstance(answer, HttpAnswer)
    return answer


def test_an_answer_has_its_status_its_headers_in_lower_case_and_its_body() -> None:
    asked: list[bytes] = []
    with speaking(answering("HTTP/1.1 404 Not Found", "X-Reason: None", body=b"gone", asked=asked)) as port:
        answer = ask(port)

    assert (answer.status, answer.headers["x-reason"], answer.body) == (404, "None", b"gone")
    assert f"host: localhost:{port}".encode() in asked[0].lower()


def test_a_private_address_is_refused_before_anything_is_sent() -> None:
    asked: list[bytes] = []
    with speaking(answering("HTTP/1.1 200 OK", asked=asked)) as port, pytest.raises(Guarded):
        wire.run(HttpCall("GET", f"http://localhost:{port}/"))

    assert asked == []


def test_a_redirection_is_an_answer_and_is_not_followed() -> None:
    with speaking(answering("HTTP/1.1 302 Found", "Location: http://127.0.0.1:1/")) as port:
        assert ask(port).status == 302


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/hosts", "http://", "//example.org", "http://[::"])
def test_only_web_addresses_are_called(url: str) -> None:
    with pytest.raises(NoAnswer) as failure:
        wire.run(HttpCall("GET", url))

    assert failure.value.sent is False


def test_a_request_that_left_and_was_not_answered_may_have_gone_out() -> None:
    with speaking(breaking) as port, pytest.raises(NoAnswer) as failure:
        ask(port, "POST")

    assert failure.value.sent is True
    assert "may have gone out" in failure.value.sentence


def test_a_request_that_found_no_server_did_not_go_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(NoAnswer) as failure:
        ask(port, "POST")

    assert failure.value.sent is False


def test_a_server_that_does_not_speak_tls_got_nothing() -> None:
    with speaking(answering("HTTP/1.1 200 OK")) as port, pytest.raises(NoAnswer) as failure:
        wire.run(HttpCall("POST", f"https://localhost:{port}/", timeout=2), allow_private=True)

    assert failure.value.sent is False


def test_only_a_repeatable_call_is_tried_again() -> None:
    turns = iter([breaking, answering("HTTP/1.1 200 OK", body=b"yes")])

    def in_turn(connection: socket.socket) -> None:
        next(turns)(connection)

    with speaking(in_turn, times=2) as port:
        assert ask(port, repeatable=True).body == b"yes"


def test_an_answer_larger_than_the_bound_is_not_read_to_its_end() -> None:
    with speaking(answering("HTTP/1.1 200 OK", body=b"x" * 1001)) as port, pytest.raises(NoAnswer, match="more than"):
        ask(port, max_bytes=1000)


def test_a_host_that_asks_to_wait_is_left_alone() -> None:
    asked: list[bytes] = []
    script = answering("HTTP/1.1 429 Too Many Requests", "Retry-After: 120", asked=asked)
    with speaking(script, times=2) as port:
        call = HttpCall("GET", f"http://localhost:{port}/", secret_headers={"Authorization": f"Bearer {port}"})
        first = wire.run(call, allow_private=True)
        with pytest.raises(NoAnswer) as failure:
            wire.run(call, allow_private=True)

    assert isinstance(first, HttpAnswer)
    assert first.status == 429
    assert failure.value.after == pytest.approx(120, abs=2)
    assert failure.value.sent is False
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "90"}, 90),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 60),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_what_retry_after_means(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_who_hands_over_is_asked_before_the_first_byte_and_may_stop_it() -> None:
    asked: list[bytes] = []

    def stop() -> None:
        raise RuntimeError("the outbox could not write")

    with speaking(answering("HTTP/1.1 200 OK", asked=asked)) as port, pytest.raises(RuntimeError):
        wire.run(HttpCall("POST", f"http://localhost:{port}/"), allow_private=True, before_handover=stop)

    assert asked in ([], [b""])


def test_no_secret_reaches_a_log_an_error_or_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with speaking(breaking) as port:
        call = HttpCall("POST", f"http://localhost:{port}/bot-hidden/", secret_headers={"Authorization": "hidden"})
        with pytest.raises(NoAnswer) as failure:
            wire.run(call, allow_private=True)

    assert "hidden" not in caplog.text + failure.value.sentence + repr(call.secret_headers and failure.value)
    assert "HttpCall: NoAnswer, perhaps sent" in caplog.text


def test_a_secret_in_an_address_is_put_in_when_it_leaves_and_shown_nowhere() -> None:
    asked: list[bytes] = []
    with speaking(answering("HTTP/1.1 200 OK", asked=asked)) as port:
        call = HttpCall("GET", f"http://localhost:{port}/bot{{token}}/me", secret_words={"token": "7:hid/den?"})
        answer = wire.run(call, allow_private=True)

    assert isinstance(answer, HttpAnswer)
    assert asked[0].startswith(b"GET /bot7:hid%2Fden%3F/me ")
    assert answer.asked == call.url
    assert "hid" not in repr((call, answer)) + answer.asked


def test_a_server_that_drips_is_given_up() -> None:
    def dripping(connection: socket.socket) -> None:
        heard(connection, b"\r\n\r\n")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            time.sleep(0.1)
            try:
                connection.sendall(b".")
            except OSError:
                return

    with speaking(dripping) as port, pytest.raises(NoAnswer, match="too slowly"):
        wire.run(HttpCall("GET", f"http://localhost:{port}/", timeout=0.3), allow_private=True)
