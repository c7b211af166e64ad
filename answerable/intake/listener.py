"""The process "answerable listen": the mail listener, a watch on every fetched mailbox, a stream of every network that has one, and a sign of life."""

from __future__ import annotations

import asyncio
import logging
import signal

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from answerable.core import heartbeats
from answerable.intake import imap_watcher, streaming
from answerable.intake.smtp_listener import Desk, open_door
from answerable.intake.watches import Watches

log = logging.getLogger(__name__)

EVERY = 5.0


def listen() -> None:
    """Listen until SIGTERM or SIGINT. Mail that was not answered by then stays with its sender."""
    asyncio.run(_listen())


async def _listen() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    desk, watches = Desk(), Watches(imap_watcher.duties, streaming.duties)
    door = await open_door(desk)
    log.info("Mail is taken on %s:%s.", settings.ANSWERABLE_SMTP_HOST, settings.ANSWERABLE_SMTP_PORT)
    try:
        while not stop.is_set():
            await asyncio.to_thread(_round, watches)
            desk.certificate.refresh()
            await _wait(stop)
    finally:
        door.close()
        await asyncio.to_thread(watches.close)
        await asyncio.to_thread(desk.close)


def _round(watches: Watches) -> None:
    """Silent while the database is: the sign of life says that mail can be stored, not only that a process runs."""
    try:
        watches.refresh()
        heartbeats.beat("listener")
    except (DatabaseError, InterfaceError) as error:
        log.warning("The database does not answer the listener (%s).", type(error).__name__)
    finally:
        connections.close_all()


async def _wait(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), EVERY)
    except TimeoutError:
        return
