"""The real house, started as its users start it, and the ways to kill its parts. Needs /proc."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from answerable.house import state as states
from answerable.house import waiting
from answerable.house.database.cluster import Cluster
from answerable.house.processes import answerable
from tests.peers.programs import free_port

CHILDREN = {"web": "web", "worker": "worker", "listener": "listen"}
PARTS = (*CHILDREN, "database", "one connection", "everything")
ANSWERS_WITHIN = 60.0


class Crashing:
    """One installation of its own, beside those of the tests, so that it finds PostgreSQL unpacked."""

    def __init__(self, name: str = "crash", **environment: str) -> None:
        self.state = states.at(states.for_tests().home.with_name(f"{name}-{os.getpid()}"))
        self._environment = environment
        self.log = self.state.home / "log"
        self._wanted = free_port(), free_port()
        self._parent: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in states.NAMES}
        own = {"ANSWERABLE_HOME": str(self.state.home), "ANSWERABLE_PRIVATE_NETWORKS": "127.0.0.0/8"}
        return kept | own | self._environment

    @property
    def web(self) -> int:
        return states.ports(self.state).get("web", self._wanted[0])

    @property
    def smtp(self) -> int:
        return states.ports(self.state).get("smtp", self._wanted[1])

    def start(self) -> None:
        self.state.home.mkdir(parents=True, exist_ok=True)
        ports = ("--port", str(self._wanted[0]), "--smtp-port", str(self._wanted[1]))
        with self.log.open("ab") as log:
            self._parent = subprocess.Popen(
                answerable("serve", *ports),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def look_after(self) -> None:
        """What a service manager does: a house that could not start, because its database was killed, starts again."""
        if self._parent and self._parent.poll() is not None:
            self.start()

    def wait(self, within: float = ANSWERS_WITHIN) -> None:
        def answers() -> bool:
            self.look_after()
            return waiting.all_answer(self.web, self.smtp)

        until(answers, within, "the house answers")

    def kill(self, part: str) -> bool:
        """SIGKILL, by id, to a process of ours; False when the part is not alive at this moment."""
        if part == "everything":
            return self._kill_everything()
        pid = self.pid(part)
        return pid is not None and _killed(pid)

    def pid(self, part: str) -> int | None:
        if part in CHILDREN:
            return self._children().get(CHILDREN[part])
        server = Cluster(self.state).pid
        return server if part == "database" or server is None else _newest_connection(server)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the house's own commands."""
        command = answerable(*words)
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def end(self) -> None:
        if self._parent:
            self._parent.send_signal(signal.SIGTERM)
            self._parent.wait(30)

    def forget(self) -> None:
        shutil.rmtree(self.state.home)

    def _kill_everything(self) -> bool:
        assert self._parent is not None
        family = [self._parent.pid, *self._children().values()]
        for pid in family:
            _killed(pid)
        self._parent.wait()
        until(lambda: not any(_lives(pid) for pid in family), 10, "the killed are gone")
        self.start()
        return True

    def _children(self) -> dict[str, int]:
        assert self._parent is not None
        told = {pid: _words(pid) for pid in _children_of(self._parent.pid)}
        return {words[3]: pid for pid, words in told.items() if words[1:3] == ["-m", "answerable.house.cli"]}


def until(true: Callable[[], object], within: float, what: str) -> None:
    give_up_at = time.monotonic() + within
    while not true():
        if time.monotonic() > give_up_at:
            sys.exit(f"It did not come true within {within:.0f} s that {what}.")
        time.sleep(0.1)


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _newest_connection(server: int) -> int | None:
    """PostgreSQL answers the violent end of one of its processes by ending all connections at once."""
    serving = [pid for pid in _children_of(server) if "answerable" in " ".join(_words(pid))]
    return max(serving, default=None)


def _children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in listed.read_text().split()]
    except OSError:
        return []


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return []


def _lives(pid: int) -> bool:
    return bool(_words(pid)[0:1] != [""] and _words(pid))
