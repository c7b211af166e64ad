"""What an open chat window hears: one connection to the database for a process, and each window reads its own lines."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections

from answerable.channels.webchat import chatting
from answerable.channels.webchat.models import Line
from answerable.core.moments import now
from answerable.core.web.notified import notes

BREATH = 15.0
# The secret is checked when a stream opens. It ends after this time, and the window opens the next one by itself.
LIFETIME = timedelta(minutes=10)
MOST_WINDOWS = 5
"""So many windows of one chat are heard at once; of more the oldest is let go, and comes back by asking."""


class Windows:
    """The open windows of this process, by their chat, and the connection that they share."""

    def __init__(self) -> None:
        self.open: defaultdict[int, list[asyncio.Event]] = defaultdict(list)
        self.task: asyncio.Task[None] | None = None

    def join(self, chat_id: int) -> asyncio.Event:
        woken = asyncio.Event()
        self.open[chat_id].append(woken)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())
        return woken

    def leave(self, chat_id: int, woken: asyncio.Event) -> None:
        self.open[chat_id].remove(woken)
        if not self.open[chat_id]:
            del self.open[chat_id]

    def too_many(self, chat_id: int, woken: asyncio.Event) -> bool:
        return woken not in self.open[chat_id][-MOST_WINDOWS:]

    async def run(self) -> None:
        async for chat in notes(chatting.TOPIC, "answerable chat"):
            for woken in self._of(chat):
                woken.set()

    def _of(self, chat: str | None) -> list[asyncio.Event]:
        if chat is None:
            return [woken for windows in self.open.values() for woken in windows]
        return list(self.open.get(int(chat), ()))


WINDOWS = Windows()


async def lines(chat_id: int, after: int) -> AsyncIterator[str]:
    """The lines after this one as server-sent events, and each new one when it is said."""
    woken, ends = WINDOWS.join(chat_id), now() + LIFETIME
    try:
        yield ": here\n\n"
        while now() < ends and not WINDOWS.too_many(chat_id, woken):
            woken.clear()
            for line in await sync_to_async(_read, thread_sensitive=False)(chat_id, after):
                after = line.pk
                yield f"id: {line.pk}\nevent: line\ndata: {json.dumps(shown(line))}\n\n"
            try:
                await asyncio.wait_for(woken.wait(), BREATH)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        WINDOWS.leave(chat_id, woken)


def shown(line: Line) -> dict[str, Any]:
    """A line as the window shows it."""
    told = {"id": line.pk, "us": line.by_us, "text": line.text, "files": line.files, "at": line.at.isoformat()}
    return {**told, "agent": line.agent} if line.by_us else {**told, "key": line.key}


def _read(chat_id: int, after: int) -> list[Line]:
    """In a thread of its own, whose connection goes back at once."""
    try:
        return chatting.after(chat_id, after)
    finally:
        connections.close_all()
