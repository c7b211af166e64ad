"""What a PostgreSQL that was killed leaves behind, and how to clear it away without touching a stranger."""

import os
import signal
import time
from pathlib import Path

PATIENCE = 5.0


def postmaster(data: Path) -> int | None:
    """The id of the living server of this folder. A reused id or a zombie is not one."""
    file = data / "postmaster.pid"
    first = file.read_text().split("\n", 1)[0] if file.exists() else ""
    return int(first) if first.isdigit() and int(first) in _living(data, int(first)) else None


def clear(data: Path) -> None:
    """A server killed outright may leave workers that still hold its memory; the next one refuses to start beside them.

    They are asked to quit at once, which loses nothing: whatever was committed is in the log, and the rest was not.
    """
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for pid in _living(data):
            os.kill(pid, sign)
        if _gone(data):
            break
    (data / "postmaster.pid").unlink(missing_ok=True)


def _gone(data: Path) -> bool:
    deadline = time.monotonic() + PATIENCE
    while _living(data) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _living(data)


def _living(data: Path, suspect: int | None = None) -> set[int]:
    """All of PostgreSQL's processes work inside their data folder. Where there is no /proc only a suspect is known."""
    if not Path("/proc/self").exists():
        return {suspect} if suspect is not None and _answers_signals(suspect) else set()
    here = data.resolve()
    return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, here)}


def _works_in(entry: Path, here: Path) -> bool:
    try:
        return (entry / "comm").read_text().strip() == "postgres" and (entry / "cwd").readlink() == here
    except OSError:
        return False


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
