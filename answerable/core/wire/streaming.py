"""Listening to a stream: one connection that passed the guard, frames in batches, read no faster than they are taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event

from answerable.core.wire import http_streaming, smpp, websocket
from answerable.core.wire.calls import HttpCall, ReceiveShort, StreamCall, StreamForm
from answerable.core.wire.failures import NoAnswer
from answerable.core.wire.http_streaming import HttpFrames
from answerable.core.wire.smpp import ShortFrames
from answerable.core.wire.staying import stay
from answerable.core.wire.websocket import WebSocketFrames

LOOK_EVERY = 1.0
GATHER = 0.2
AT_MOST = 500
AT_MOST_BYTES = 8 * 1024 * 1024

Frames = HttpFrames | WebSocketFrames | ShortFrames


def listen(
    call: Callable[[], StreamCall | ReceiveShort],
    take: Callable[[list[bytes]], None],
    stop: Event,
    *,
    on_open: Callable[[], None],
    on_trouble: Callable[[NoAnswer], None],
    allow_private: bool = False,
) -> None:
    """Hand every frame to `take`, in order, in batches, until `stop` is set.

    1. `call` is asked before each connection, so that the next one begins where the last `take` ended.
    2. While `take` works nothing is read: 32 frames wait here, all others on the other side.
    3. What a centre for short messages delivered is acknowledged after it was taken, never before.
    4. A connection that ends is opened again, a refused sign-in ends it all (`staying.stay`).
    """

    def once() -> None:
        with _opened(call(), allow_private) as frames:
            on_open()
            while not stop.is_set():
                batch = _batch(frames)
                if batch and not stop.is_set():
                    take(batch)
                    if isinstance(frames, ShortFrames):
                        frames.acknowledge()

    stay(once, stop, on_trouble=on_trouble)


def _opened(call: StreamCall | ReceiveShort, allow_private: bool) -> AbstractContextManager[Frames]:
    if isinstance(call, ReceiveShort):
        return smpp.opened(call, allow_private=allow_private)
    is_socket = call.form is StreamForm.WEBSOCKET
    asked = HttpCall("GET", _in_http(call.url) if is_socket else call.url, call.headers, call.secret_headers)
    if is_socket:
        return websocket.opened(asked, call.first, allow_private=allow_private)
    return http_streaming.opened(asked, call.form, silence=call.silence, allow_private=allow_private)


def _in_http(address: str) -> str:
    """A WebSocket begins as an HTTP request to the same place (RFC 6455 3)."""
    return address.replace("ws", "http", 1) if address.startswith(("ws://", "wss://")) else ""


def _batch(frames: Frames) -> list[bytes]:
    """The first frame is waited for; what follows it within a moment comes along."""
    first = frames.next(LOOK_EVERY)
    batch = [] if first is None else [first]
    size, until = len(first or b""), time.monotonic() + GATHER
    while batch and len(batch) < AT_MOST and size < AT_MOST_BYTES and (left := until - time.monotonic()) > 0:
        try:
            frame = frames.next(left)
        except NoAnswer:
            break  # the next look says it again, after this batch is safe
        if frame is None:
            break
        batch.append(frame)
        size += len(frame)
    return batch
