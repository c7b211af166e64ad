"""The parent and its children, as processes, because that is what they are."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PARENT = """
import logging, os, sys
from answerable.house import processes
from answerable.house.processes import Child
logging.basicConfig(format="%(message)s")
processes.leave_when_asked()
child = Child("child", [sys.executable, "-c", sys.argv[1]])
processes.keep_running([child], lambda: dict(os.environ), each_round=lambda: None)
"""
TIED = """
import os, pathlib, time
from answerable.house.tied import end_with_parent
end_with_parent()
pathlib.Path(os.environ["PID_FILE"]).write_text(str(os.getpid()))
time.sleep(60)
"""
STUBBORN = f"""
import signal
from answerable.house import tied
signal.signal(signal.SIGTERM, signal.SIG_IGN)
tied.GRACE = 0.2
{TIED}
"""


@pytest.fixture
def pid_file(tmp_path: Path) -> Path:
    return tmp_path / "pid"


@pytest.fixture
def parent(pid_file: Path) -> Iterator["subprocess.Popen[str]"]:
    yield from _family(TIED, pid_file)


def test_a_child_that_dies_is_started_again_and_the_log_says_so(
    parent: "subprocess.Popen[str]", pid_file: Path
) -> None:
    first = _pid(pid_file)
    pid_file.unlink()
    os.kill(first, signal.SIGKILL)

    assert _pid(pid_file) != first
    parent.terminate()
    assert "The child ended (signal 9). It starts again in 0.2 s." in parent.communicate()[1]


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_the_parent_ends_its_children_and_is_content(
    parent: "subprocess.Popen[str]", pid_file: Path, wish: signal.Signals
) -> None:
    child = _pid(pid_file)
    parent.send_signal(wish)

    assert parent.wait(5) == 0
    assert not _lives(child)


def test_children_end_when_the_parent_is_killed(parent: "subprocess.Popen[str]", pid_file: Path) -> None:
    child = _pid(pid_file)
    parent.kill()
    parent.wait()

    assert _soon(lambda: not _lives(child))


def test_even_a_stubborn_child_ends_with_a_killed_parent(pid_file: Path) -> None:
    family = _family(STUBBORN, pid_file)
    parent = next(family)
    child = _pid(pid_file)
    parent.kill()

    assert _soon(lambda: not _lives(child))
    assert next(family, None) is None


def _family(code: str, pid_file: Path) -> Iterator["subprocess.Popen[str]"]:
    environment = os.environ | {"PID_FILE": str(pid_file)}
    command = [sys.executable, "-c", PARENT, code]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as parent:
        yield parent
        parent.kill()


def _pid(file: Path) -> int:
    assert _soon(lambda: file.exists() and file.read_text() != "")
    return int(file.read_text())


def _lives(pid: int) -> bool:
    """A zombie that nobody collects does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()
