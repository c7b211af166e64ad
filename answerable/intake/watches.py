"""What the listener holds open: one thread for each source that is listened to, kept equal to the sources that are on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event, Thread

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, connections

log = logging.getLogger(__name__)

JOIN_WITHIN = 3.0


@dataclass(frozen=True)
class Duty:
    """Something to hold open. One that `asks` something else than before is begun anew; `work` lasts until it is told to stop."""

    name: str
    asks: object
    work: Callable[[Event], None]


class Watch:
    """One duty being done. It ends with an outage of the database, and is begun again by the next `Watches.refresh`."""

    def __init__(self, duty: Duty) -> None:
        self.duty, self.stop = duty, Event()
        self.thread = Thread(target=self._run, name=duty.name, daemon=True)
        self.thread.start()

    def does(self, duty: Duty | None) -> bool:
        return duty is not None and self.thread.is_alive() and self.duty.asks == duty.asks

    def _run(self) -> None:
        try:
            self.duty.work(self.stop)
        except (DatabaseError, InterfaceError) as error:
            log.warning("%s stops until the database answers (%s).", self.duty.name, type(error).__name__)
        except ObjectDoesNotExist:
            log.warning("%s stops: its source is no longer there.", self.duty.name)
        finally:
            connections.close_all()


class Watches:
    """The duties being done."""

    def __init__(self, *wanted: Callable[[], Iterable[Duty]]) -> None:
        self._wanted = wanted
        self._running: dict[str, Watch] = {}

    def refresh(self) -> None:
        """Start what is new, end what is paused or gone, restart what was changed or has ended."""
        duties = {duty.name: duty for wanted in self._wanted for duty in wanted()}
        for name, running in list(self._running.items()):
            if not running.does(duties.get(name)):
                running.stop.set()
                del self._running[name]
        for name in duties.keys() - self._running.keys():
            self._running[name] = Watch(duties[name])

    def close(self) -> None:
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            running.thread.join(JOIN_WITHIN)
