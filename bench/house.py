"""An installation of its own for the measuring, with the settings that are shipped, fsync included."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from answerable.house import database
from answerable.house import state as states
from answerable.house.processes import answerable
from answerable.house.state import State

PATIENCE = 60.0


@contextmanager
def installed() -> Iterator[State]:
    """A fresh installation, its database running and up to date, Django set up on it; removed at the end."""
    demo = states.demo().home
    state = states.at(demo.with_name(demo.name.replace("demo", "bench")))
    database.forget(state)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(ANSWERABLE_HOME=str(state.home), ANSWERABLE_LOG_LEVEL="ERROR")
    try:
        with database.held(state):
            os.environ.update(states.environment(state), DJANGO_SETTINGS_MODULE="answerable.house.settings")
            _set_up(state)
            yield state
    finally:
        database.forget(state)


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our own commands, ended as its user would end it."""
    process = subprocess.Popen(answerable(*words), stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def pages() -> Iterator[int]:
    """The web process alone; gives the port that it answers on."""
    port = free_port()
    with running("web", "--port", str(port)):
        wait_for(port)
        yield port


@dataclass(frozen=True)
class Served:
    """The whole house as its user starts it."""

    parent: int
    web: int
    smtp: int


@contextmanager
def served() -> Iterator[Served]:
    """`answerable serve`, until it answers."""
    web, smtp = free_port(), free_port()
    with running("serve", "--port", str(web), "--smtp-port", str(smtp)) as process:
        wait_for(web)
        yield Served(process.pid, web, smtp)


def wait_for(port: int) -> None:
    """Until the pages answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(f"Nothing answers on port {port}.")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def as_admin(state: State) -> psycopg.Connection[tuple[object, ...]]:
    """A connection that may switch triggers off."""
    url = states.database_url(state, admin=True)
    return psycopg.connect(url.removesuffix("/postgres") + "/answerable", autocommit=True)


def _set_up(state: State) -> None:
    import django

    django.setup()
    from answerable.house.setting_up import set_up

    set_up(state)
