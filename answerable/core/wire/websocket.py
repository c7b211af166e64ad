"""A WebSocket (RFC 6455) that passed the guard, read frame by frame."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from answerable.core.wire import guard, http, tls
from answerable.core.wire.calls import HttpCall
from answerable.core.wire.failures import NoAnswer
from answerable.core.wire.http_streaming import LONGEST_FRAME, WAITING, refusal

PING_EVERY = 20.0
# The library tells its log of every header, also of those that sign us in.
_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.setLevel(logging.WARNING)


@contextmanager
def opened(call: HttpCall, first: Sequence[str], *, allow_private: bool) -> Iterator[WebSocketFrames]:
    """Raises `NoAnswer` and `SignInRefused`.

    The library reads ahead until some dozen frames wait, then no further; it asks a silent server for a sign of life.
    """
    url = http.url_of(call)
    with _connected(call, url, allow_private) as connection:
        for words in first:
            connection.send(words)
        yield WebSocketFrames(connection, url.host)


def _connected(call: HttpCall, url: httpx.URL, allow_private: bool) -> ClientConnection:
    safe = url.scheme == "https"
    sock = guard.connect(url.host, http.port_of(url), timeout=http.CONNECT_WITHIN, allow_private=allow_private)
    try:
        return connect(
            str(url.copy_with(scheme="wss" if safe else "ws")),
            sock=sock,
            ssl=tls.context() if safe else None,
            server_hostname=url.host if safe else None,
            additional_headers={**call.headers, **call.secret_headers},
            user_agent_header=None,
            compression=None,
            proxy=None,
            open_timeout=http.CONNECT_WITHIN,
            ping_interval=PING_EVERY,
            ping_timeout=PING_EVERY,
            close_timeout=1,
            max_size=LONGEST_FRAME,
            max_queue=WAITING,
            logger=_quiet,
        )
    except InvalidStatus as error:
        raise refusal(error.response.status_code, error.response.headers, url.host) from error
    except (OSError, WebSocketException) as error:
        raise NoAnswer(f"{url.host} opened no stream.") from error


class WebSocketFrames:
    """What a WebSocket brings, frame by frame."""

    def __init__(self, connection: ClientConnection, host: str) -> None:
        self._connection, self._host = connection, host

    def next(self, within: float) -> bytes | None:
        """None where nothing came in time. Raises `NoAnswer` when all that came before the end was taken."""
        try:
            return self._connection.recv(within, decode=False)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            raise NoAnswer(f"The stream of {self._host} ended.") from closed
