"""A long HTTP answer, cut into frames: read by a thread of its own that waits while nobody takes what it has."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread

import httpx

from answerable.core.wire import guard, http, tls
from answerable.core.wire.calls import HttpCall, StreamForm
from answerable.core.wire.failures import NoAnswer, SignInRefused

LONGEST_FRAME = 5 * 1024 * 1024
WAITING = 32
_OPEN = 200
_SIGN_IN = frozenset({401, 403})
_ENDS = {StreamForm.EVENTS: b"\n\n", StreamForm.LINES: b"\n"}


@contextmanager
def opened(call: HttpCall, form: StreamForm, *, silence: float, allow_private: bool) -> Iterator[HttpFrames]:
    """Raises `NoAnswer` and `SignInRefused`."""
    url = http.url_of(call)
    address = guard.addresses(url.host, http.port_of(url), allow_private=allow_private)[0]
    timeout = httpx.Timeout(http.CONNECT_WITHIN, read=silence)
    with httpx.Client(verify=tls.context(), trust_env=False, timeout=timeout) as client:
        frames = HttpFrames(_answer(client, call, url, address), _ENDS[form], url.host)
        try:
            yield frames
        finally:
            frames.close()


def _answer(client: httpx.Client, call: HttpCall, url: httpx.URL, address: str) -> httpx.Response:
    """Compressed, a stream would come in lumps."""
    request = http.request(client, call, url, address)
    request.headers["Accept-Encoding"] = "identity"
    try:
        response = client.send(request, stream=True)
    except httpx.HTTPError as error:
        raise NoAnswer(f"{url.host} opened no stream ({http.why(error)}).") from error
    if response.status_code != _OPEN:
        response.close()
        raise refusal(response.status_code, response.headers, url.host)
    return response


class HttpFrames:
    """What a long answer brings, frame by frame."""

    def __init__(self, response: httpx.Response, end: bytes, host: str) -> None:
        self._response, self._end, self._host = response, end, host
        self._waiting: queue.Queue[bytes] = queue.Queue(WAITING)
        self._ended, self._why = Event(), "it was closed"
        self._thread = Thread(target=self._read, name=f"stream-{host}", daemon=True)
        self._thread.start()

    def next(self, within: float) -> bytes | None:
        """None where nothing came in time. Raises `NoAnswer` when all that came before the end was taken."""
        try:
            return self._waiting.get(timeout=within)
        except queue.Empty:
            if self._ended.is_set() and self._waiting.empty():
                raise NoAnswer(f"The stream of {self._host} ended ({self._why}).") from None
            return None

    def close(self) -> None:
        """A thread that waits for the next byte is woken by the end of its connection."""
        self._ended.set()
        with suppress(OSError):
            self._response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._response.close()

    def _read(self) -> None:
        try:
            for frame in self._frames():
                self._put(frame)
        except httpx.HTTPError as error:
            self._why = http.why(error)
        except NoAnswer as failure:
            self._why = failure.sentence
        finally:
            self._ended.set()

    def _put(self, frame: bytes) -> None:
        put = False
        while not put and not self._ended.is_set():
            with suppress(queue.Full):
                self._waiting.put(frame, timeout=1)
                put = True

    def _frames(self) -> Iterator[bytes]:
        """Empty frames and comments are signs of life and nothing else."""
        rest = b""
        for chunk in self._response.iter_raw():
            *whole, rest = (rest + chunk.replace(b"\r", b"")).split(self._end)
            yield from (frame for frame in whole if frame.strip() and not _is_comment(frame))
            if len(rest) > LONGEST_FRAME:
                raise NoAnswer("one frame of it is too long")


def _is_comment(frame: bytes) -> bool:
    return all(line.startswith(b":") for line in frame.split(b"\n"))


def refusal(status: int, headers: Mapping[str, str], host: str) -> NoAnswer:
    """What it means that a stream was not opened."""
    if status in _SIGN_IN:
        return SignInRefused(host, f"HTTP {status}")
    told = {name.lower(): value for name, value in headers.items()}
    after = http.retry_after(told)
    return NoAnswer(
        f"{host} opened no stream (HTTP {status}).", after=min(after, http.LONGEST_PAUSE) if after else None
    )
