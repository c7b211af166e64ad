"""Holding something open for as long as it is wanted: begun again whenever it breaks, after pauses that grow."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from answerable.core.wire.failures import NoAnswer, SignInRefused

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


def stay(once: Callable[[], None], stop: Event, *, on_trouble: Callable[[NoAnswer], None] | None = None) -> None:
    """Do `once` until `stop` is set.

    1. After a failure it is done again after 2, 4 ... 60 seconds, or when the other side wants; `on_trouble` hears of each.
    2. What held longer than a minute begins with the shortest pause again.
    3. A refused sign-in ends it with `SignInRefused`: trying again would only lock the door.
    """
    pause = FIRST_PAUSE
    while not stop.is_set():
        began = time.monotonic()
        try:
            once()
        except SignInRefused:
            raise
        except NoAnswer as failure:
            if on_trouble is not None:
                on_trouble(failure)
            pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            stop.wait(max(pause, failure.after or 0))
