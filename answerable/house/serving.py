"""`answerable serve`: one command that runs the whole house."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from answerable.house import database, processes, waiting
from answerable.house import state as states
from answerable.house.database import unprivileged
from answerable.house.database.cluster import Cluster
from answerable.house.database.ports import free_port
from answerable.house.database.unprivileged import Identity
from answerable.house.processes import Child, answerable
from answerable.house.state import State
from answerable.house.trouble import Trouble

BETWEEN_VISITS = 0.5

log = logging.getLogger(__name__)


Step = Callable[[str, list[str]], str]
Welcome = Callable[[], None]


@dataclass(frozen=True)
class Address:
    host: str
    web: int
    smtp: int


def serve(state: State, wanted: Address, *, furnish: Callable[[Address, Step], Welcome]) -> None:
    """Ends by SystemExit, when asked to. `furnish` works before the doors open and returns what to say after."""
    processes.leave_when_asked()
    with database.holding(state):
        address = _choose(state, wanted)
        step("Starting the database and bringing it up to date", answerable("setup"))
        identity = unprivileged.for_code()
        unprivileged.hand_over(state.files, identity)
        welcome = furnish(address, partial(step, environment=_environment(state), identity=identity))
        say("Starting web, worker and listener")
        processes.keep_running(
            _children(address, identity), lambda: _environment(state), each_round=_Watch(state, address, welcome).look
        )


def step(
    title: str, command: list[str], *, environment: dict[str, str] | None = None, identity: Identity | None = None
) -> str:
    """One slow thing, in a process of its own, so that what it loads does not stay with us. Returns what it printed."""
    say(title)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, env=environment, **(identity or Identity())
    )
    if done.returncode:
        raise Trouble(f"{title} did not succeed; the reason stands above. What was there before is kept.")
    return done.stdout


def say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


def _choose(state: State, wanted: Address) -> Address:
    """A desk that comes up on another port is better than one that does not come up."""
    web, smtp = free_port(wanted.web), free_port(wanted.smtp)
    for name, asked, got in (("pages", wanted.web, web), ("mail", wanted.smtp, smtp)):
        if asked != got:
            log.warning("Port %s is taken by another program. For %s port %s is used instead.", asked, name, got)
    states.remember_port(state, "web", web)
    states.remember_port(state, "smtp", smtp)
    os.environ.update(ANSWERABLE_HOME=str(state.home), ANSWERABLE_WEB_PORT=str(web), ANSWERABLE_SMTP_PORT=str(smtp))
    return Address(wanted.host, web, smtp)


def _environment(state: State) -> dict[str, str]:
    """Read anew for each child, because the database may have moved to another port meanwhile."""
    return {**os.environ, **states.environment(state)}


def _children(address: Address, identity: Identity) -> list[Child]:
    web = answerable("web", "--tied", "--host", address.host, "--port", str(address.web))
    return [
        Child("web server", web, identity),
        Child("worker", answerable("worker", "--tied"), identity),
        Child("listener", answerable("listen", "--tied"), identity),
    ]


class _Watch:
    """What the parent looks after besides its children: the database, and the moment when everything answers."""

    def __init__(self, state: State, address: Address, welcome: Welcome) -> None:
        self.cluster = Cluster(state)
        self.address = address
        self.welcome: Welcome | None = welcome
        self.due = self.next_visit = 0.0

    def look(self) -> None:
        if not os.environ.get("DATABASE_URL") and self.cluster.pid is None and time.monotonic() >= self.due:
            self._raise_database()
        if self.welcome and time.monotonic() >= self.next_visit:
            self._visit(self.welcome)

    def _visit(self, welcome: Welcome) -> None:
        self.next_visit = time.monotonic() + BETWEEN_VISITS
        if waiting.all_answer(self.address.web, self.address.smtp):
            welcome()
            self.welcome = None

    def _raise_database(self) -> None:
        log.warning("The database ended unexpectedly. It starts again; nothing that was committed is lost.")
        subprocess.run([sys.executable, "-m", "answerable.house.database"], check=False)
        self.due = time.monotonic() + processes.LONGEST_PAUSE
