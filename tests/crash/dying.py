"""A worker that sends one reply and is killed at a named point: `python -m tests.crash.dying REPLY POINT`.

It finds the database in DATABASE_URL. Only `core.wire` is replaced.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import django

POINTS = ("before claim", "after claim", "before handover", "after handover", "after the dot", "after the answer")


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def send(reply_id: int, point: str) -> None:
    from answerable.core import wire
    from answerable.core.wire import running, smtp
    from answerable.replies import sending
    from answerable.replies.models import Reply

    def run(call: Any, *, before_handover: Callable[[], None], **options: Any) -> Any:
        def handover() -> None:
            die_at("before handover")
            before_handover()
            die_at("after handover")

        die_at("after claim")
        answer = running.run(call, before_handover=handover, **options)
        die_at("after the answer")
        return answer

    def die_at(here: str) -> None:
        if here == point:
            die()

    before_the_dot = smtp._expect_silence

    def at_the_dot(line: socket.socket, host: str) -> None:
        before_the_dot(line, host)
        if point == "after the dot":
            line.sendall(b".\r\n")
            line.recv(1)
            die()

    die_at("before claim")
    wire.run = run  # type: ignore[assignment]
    smtp._expect_silence = at_the_dot  # type: ignore[assignment]
    sending.send(Reply.objects.select_related("conversation__source__workspace", "message", "case").get(pk=reply_id))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "answerable.house.settings"
    django.setup()
    send(int(sys.argv[1]), sys.argv[2])
