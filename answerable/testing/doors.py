"""The mail listener, opened for one test in a thread with its own loop, as it has its own process in production."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from answerable.intake.smtp_listener import Desk, open_door


@contextmanager
def open_listener(port: int = 0) -> Iterator[int]:
    """Gives the port; a free one unless named."""
    port = port or free_port()
    loop, opened = asyncio.new_event_loop(), threading.Event()
    thread = threading.Thread(target=_serve, args=(loop, opened))
    with override_settings(ANSWERABLE_SMTP_HOST="127.0.0.1", ANSWERABLE_SMTP_PORT=port):
        thread.start()
        try:
            assert opened.wait(10)
            yield port
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _serve(loop: asyncio.AbstractEventLoop, opened: threading.Event) -> None:
    asyncio.set_event_loop(loop)
    desk = loop.run_until_complete(_made(Desk))
    server = loop.run_until_complete(open_door(desk))
    loop.call_soon(opened.set)
    loop.run_forever()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.05))
    desk.close()
    loop.close()


async def _made(what: type[Desk]) -> Desk:
    """Python 3.11 binds a semaphore to the loop that runs when it is first used."""
    return what()
