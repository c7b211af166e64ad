"""Real mail programs on loopback, each in a folder of its own, ended by the id of the process that was started."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

START_WITHIN = 15.0
# Where a run begins depends on its process, so that two runs beside each other do not meet.
_ports = itertools.cycle(random.Random(os.getpid()).sample(range(20_000, 32_000), 12_000))


def free_port() -> int:
    """A port that stays free until its program takes it, however busy the machine is.

    Never one that was given before, and none of those that systems lend to outgoing connections (from 32768 on): such
    a one may be lent in the meantime, and a server that is started later could not have it.
    """
    while True:
        port = next(_ports)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


def missing(*names: str) -> list[str]:
    """The programs that are not installed here. Mail servers live outside of most people's path."""
    return [name for name in names if found(name) is None]


def found(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")


def start(command: Sequence[str], *, port: int, log: Path, within: float = START_WITHIN) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        eventually(lambda: _answers(port, process, log), within=within)
    except AssertionError:
        end(process)
        raise
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End it and the helpers that it started: they are its session, and some would outlive it with their clients."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except ProcessLookupError:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def eventually(true: Callable[[], object], *, within: float = 10.0) -> None:
    """Wait until something that happens elsewhere has happened."""
    give_up_at = time.monotonic() + within
    while not true():
        assert time.monotonic() < give_up_at, f"It did not come true within {within:.0f} seconds."
        time.sleep(0.05)


def _answers(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text(errors="replace")[-2000:]
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
