"""How fast one host is called from this process, and for how long it is left alone when it asks for that."""

from __future__ import annotations

import time
from collections.abc import Hashable
from threading import Lock

from answerable.core.wire.failures import NoAnswer

SPACING = 0.05
PATIENCE = 5.0
_MANY = 10_000


class Pace:
    """The next free moment of each host. A key also tells credentials apart: one account's limit is not another's."""

    def __init__(self) -> None:
        self._free_at: dict[Hashable, float] = {}
        self._lock = Lock()

    def wait(self, key: Hashable, host: str) -> None:
        """Take the next free moment and sleep until it. Raises `NoAnswer` with `after` when that is far away."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._free_at.get(key, now))
            if start - now > PATIENCE:
                raise NoAnswer(f"{host} asked us to wait.", after=start - now)
            self._forget(now)
            self._free_at[key] = start + SPACING
        time.sleep(start - now)

    def pause(self, key: Hashable, seconds: float) -> None:
        """Leave this host alone for so long."""
        with self._lock:
            until = time.monotonic() + seconds
            self._free_at[key] = max(until, self._free_at.get(key, until))

    def _forget(self, now: float) -> None:
        if len(self._free_at) > _MANY:
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}


pace = Pace()
