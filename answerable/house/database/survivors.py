"""What a PostgreSQL that was killed leaves behind, and how to clear it away without touching a stranger."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 2.0
PROCESSES = Path("/proc")


def postmaster(data: Path) -> int | None:
    """The id of the living server of this folder. A reused id or a zombie is not one."""
    try:
        first = (data / "postmaster.pid").read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and _is_server(int(first), data) else None


def clear(data: Path) -> None:
    """A server killed outright may leave workers that still hold its memory; the next one refuses to start beside them.

    They are asked to quit at once, which loses nothing: whatever was committed is in the log, and the rest was not.
    """
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for pid in _living(data):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        if _gone(data):
            break
    (data / "postmaster.pid").unlink(missing_ok=True)


def _gone(data: Path) -> bool:
    deadline = time.monotonic() + PATIENCE
    while _living(data) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _living(data)


def _is_server(pid: int, data: Path) -> bool:
    if PROCESSES.exists():
        return _works_in(PROCESSES / str(pid), data.resolve())
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _living(data: Path) -> set[int]:
    """All of PostgreSQL's processes work inside their data folder. Without /proc they cannot be told, nor touched."""
    if not PROCESSES.exists():
        return set()
    here = data.resolve()
    return {int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit() and _works_in(entry, here)}


def _works_in(entry: Path, here: Path) -> bool:
    try:
        return (entry / "comm").read_text().strip() == "postgres" and (entry / "cwd").readlink() == here
    except OSError:
        return False
