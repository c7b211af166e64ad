"""The customers' mailboxes: a real SMTP server in this process, which never dies and counts what it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from tests.peers.programs import free_port


class Sink:
    """Every mail that it confirmed, by Message-ID."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._mails: list[tuple[str, str]] = []
        self._lock = Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        body = mail.get_body(("plain",))
        with self._lock:
            self._mails.append((str(mail["Message-ID"]), body.get_content() if body else ""))
        return "250 2.0.0 In the mailbox"

    def ids(self) -> Counter[str]:
        with self._lock:
            return Counter(message_id for message_id, _ in self._mails)

    def texts(self) -> list[str]:
        with self._lock:
            return [text for _, text in self._mails]


@contextmanager
def open_sink() -> Iterator[Sink]:
    # aiosmtpd asks its own port whether it is open, so it cannot be told to choose one.
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
