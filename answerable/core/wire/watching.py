"""Watching a mail folder: news within a second where the server offers IDLE (RFC 2177), within a minute where not."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from threading import Event

from imapclient import IMAPClient

from answerable.core.wire import imap
from answerable.core.wire.calls import MailServer
from answerable.core.wire.failures import NoAnswer
from answerable.core.wire.staying import stay

# RFC 2177 asks for a new IDLE before half an hour; routers forget a silent connection long before that.
RENEW_EVERY = 9 * 60.0
POLL_EVERY = 60.0
LOOK_EVERY = 1.0


def watch(
    server: MailServer,
    folder: str,
    on_news: Callable[[], None],
    stop: Event,
    *,
    on_trouble: Callable[[NoAnswer], None] | None = None,
    allow_private: bool = False,
) -> None:
    """Call `on_news` until `stop` is set.

    1. Also on every new connection and every renewal: what came while nobody was watching is news.
    2. A lost connection is opened again, a refused sign-in ends the watch (`staying.stay`).
    """
    stay(lambda: _watch_once(server, folder, on_news, stop, allow_private), stop, on_trouble=on_trouble)


def _watch_once(server: MailServer, folder: str, on_news: Callable[[], None], stop: Event, allow_private: bool) -> None:
    with imap.opened(server, folder, allow_private=allow_private) as (client, _):
        offers_idle = client.has_capability("IDLE")
        _keep_alive(client.socket())
        while offers_idle and not stop.is_set():
            _idle(client, on_news, stop)
    while not offers_idle and not stop.is_set():
        on_news()
        stop.wait(POLL_EVERY)


def _keep_alive(sock: socket.socket) -> None:
    """A server that vanished without a word is noticed after two minutes of silence, not at the next renewal."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _idle(client: IMAPClient, on_news: Callable[[], None], stop: Event) -> None:
    """One IDLE. News is asked for after IDLE began, so that nothing can come between looking and listening."""
    client.idle()
    on_news()
    renew_at = time.monotonic() + RENEW_EVERY
    while not stop.is_set() and time.monotonic() < renew_at:
        asked_at = time.monotonic()
        said = client.idle_check(timeout=LOOK_EVERY)
        if not said and time.monotonic() - asked_at < LOOK_EVERY / 2:
            # imapclient is silent about a connection that has ended, and returns at once; leaving IDLE finds it out.
            break
        if any(isinstance(line, tuple) and line[1:2] == (b"EXISTS",) for line in said):
            on_news()
    client.idle_done()
