"""The time that one item may take to be read.

A job runs in a thread, where no signal can interrupt it. So a watchdog raises `TooSlow` inside that thread through
CPython's own call for it; it strikes between two bytecodes, and one single call into C that never returns is ended by
the count of tries instead (see `pipeline`).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_TO_READ = 20.0


class TooSlow(Exception):
    """Raised inside the thread that used up its budget."""


@contextmanager
def budget(seconds: float = SECONDS_TO_READ) -> Iterator[None]:
    """Raise `TooSlow` in this thread when the block takes longer than `seconds`."""
    lock, over = threading.Lock(), False
    thread = threading.get_ident()

    def strike() -> None:
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooSlow))

    timer = threading.Timer(seconds, strike)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            over = True
        timer.cancel()
