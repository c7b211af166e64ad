"""The parent of `answerable serve`: starts what must run, starts again what died, and ends it all in order.

It loads neither Django nor a database driver, so that watching costs next to no memory.
"""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from answerable.house.database.unprivileged import Identity

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
SETTLED = 30.0
GRACE = 6.0
TICK = 0.2
WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

log = logging.getLogger(__name__)


def answerable(*arguments: str) -> list[str]:
    """Our own command, started by module, because installed scripts break in folders with a space."""
    return [sys.executable, "-m", "answerable.house.cli", *arguments]


@dataclass
class Child:
    """One process that must always run. The longer it fails in a row, the longer the pause before the next try."""

    name: str
    command: list[str]
    identity: Identity = field(default_factory=Identity)
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = SHORTEST_PAUSE
    started: float = 0.0
    due: float = 0.0

    def keep(self, environment: Callable[[], dict[str, str]]) -> None:
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self._plan_restart(now)
        if self.process is None and now >= self.due:
            self._start(now, environment())

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def see_it_end(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning(
                "The %s did not end within %.0f s and was killed. Its work is taken up again.", self.name, GRACE
            )
            self.process.kill()
            self.process.wait()

    def _start(self, now: float, environment: dict[str, str]) -> None:
        # The child ends when its standard input does, which the kernel closes however the parent dies. It has its
        # own session, because Ctrl-C is for the parent alone: it knows the order in which things end.
        self.process = subprocess.Popen(
            self.command, env=environment, stdin=subprocess.PIPE, start_new_session=True, **self.identity
        )
        self.started = now

    def _plan_restart(self, now: float) -> None:
        assert self.process is not None
        if now - self.started > SETTLED:
            self.pause = SHORTEST_PAUSE
        log.warning("The %s ended (%s). It starts again in %.1f s.", self.name, _reason(self.process), self.pause)
        self.due = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        _close(self.process)
        self.process = None


def keep_running(
    children: list[Child], environment: Callable[[], dict[str, str]], *, each_round: Callable[[], None]
) -> NoReturn:
    """Goes on until somebody asks us to end; then the children end before we do."""
    try:
        while True:
            for child in children:
                child.keep(environment)
            each_round()
            time.sleep(TICK)
    finally:
        end(children)


def end(children: list[Child]) -> None:
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE
    for child in children:
        child.see_it_end(deadline)


def leave_when_asked() -> None:
    """A wish to end unwinds the stack like any exit, so that everything opened is closed; a second wish is too late."""
    for sign in WISHES:
        signal.signal(sign, _leave)


def _leave(_number: int, _frame: object) -> NoReturn:
    for sign in WISHES:
        signal.signal(sign, signal.SIG_IGN)
    raise SystemExit(0)


def _reason(process: "subprocess.Popen[bytes]") -> str:
    code = process.returncode
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _close(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()
