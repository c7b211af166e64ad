"""The listener as a process of its own, as `answerable listen` runs it, on the database of the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.peers import programs

PROCESS = "import django; django.setup(); from answerable.intake.listener import listen; listen()"


def environment(patch: pytest.MonkeyPatch) -> int:
    """The port of the next listener, which takes its settings from the environment."""
    number = programs.free_port()
    facts = connection.settings_dict
    patch.setenv("DATABASE_URL", "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**facts))
    patch.setenv("DJANGO_SETTINGS_MODULE", "answerable.house.settings")
    patch.setenv("ANSWERABLE_SMTP_PORT", str(number))
    return number


@contextmanager
def listening(port: int, folder: Path) -> Iterator[int]:
    """Gives the id of the process."""
    process = programs.start([sys.executable, "-c", PROCESS], port=port, log=folder / "listener.log")
    try:
        yield process.pid
    finally:
        if process.poll() is None:
            programs.end(process)
