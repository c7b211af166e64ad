"""Hearing of the database's notes in a web process: one connection for a topic, opened again when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from django.conf import settings

PAUSE = 2.0


async def notes(topic: str, application: str) -> AsyncIterator[str | None]:
    """Each note of the topic, for ever. None says that some may have been missed: whoever listens looks for itself."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_address(application), autocommit=True) as connection:
                await connection.execute(f"LISTEN {topic}")
                yield None
                async for notification in connection.notifies():
                    yield notification.payload
        except psycopg.Error:
            await asyncio.sleep(PAUSE)


def _address(application: str) -> dict[str, Any]:
    database = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: database[key] for name, key in names.items() if database.get(key)}
    return {**given, "application_name": application, "connect_timeout": 5}
