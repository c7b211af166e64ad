"""Several processes use one server; the last to let go stops it."""

import atexit
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from answerable.house import state as states
from answerable.house.database.ensuring import ensure, stop
from answerable.house.state import State
from answerable.house.trouble import Trouble


@contextmanager
def held(state: State, *, durable: bool = True) -> Iterator[str]:
    """Holding is a shared lock, so that the kernel lets go for whoever is killed."""
    outside = os.environ.get("DATABASE_URL")
    if outside:
        yield outside
        return
    with holding(state):
        yield ensure(state, durable=durable)


@contextmanager
def holding(state: State) -> Iterator[None]:
    state.home.mkdir(parents=True, exist_ok=True)
    with (state.home / "held.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if _is_last(file.fileno()):
                stop(state)


@contextmanager
def alone(state: State) -> Iterator[str]:
    """For what must not happen under anybody's hands. Of a server that is not ours we cannot know who uses it."""
    outside = os.environ.get("DATABASE_URL")
    if outside:
        yield outside
        return
    with _nobody_else(state):
        try:
            yield ensure(state)
        finally:
            stop(state)


def forget(state: State) -> None:
    """Removes the installation with all it holds, unless somebody is using it."""
    with _nobody_else(state):
        stop(state)
        shutil.rmtree(state.home)


@contextmanager
def _nobody_else(state: State) -> Iterator[None]:
    state.home.mkdir(parents=True, exist_ok=True)
    with (state.home / "held.lock").open("a") as file:
        if not _is_last(file.fileno()):
            raise Trouble(f"{state.home} is in use. Nothing was changed. End the running one first, with Ctrl-C there.")
        yield


def for_tests() -> str:
    """A fast database for this checkout's tests, which ends with the last process that asked for it."""
    state = states.for_tests()
    stack = ExitStack()
    atexit.register(stack.close)
    stack.enter_context(holding(state))
    try:
        return ensure(state, durable=False)
    except Trouble:
        # Without fsync a crash of the machine may have spoilt it, and there is nothing in it worth keeping.
        shutil.rmtree(state.cluster, ignore_errors=True)
        return ensure(state, durable=False)


def _is_last(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
