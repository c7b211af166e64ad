"""What is to be written after a look at some cases, collected before anything is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from answerable.clocks.models import Clock, Pause
from answerable.core.access import Actor


@dataclass
class Changes:
    """What is to be written for some cases, and what the journal says of it."""

    at: datetime
    by: Actor
    teams: Mapping[int, int]
    pauses: list[Pause] = field(default_factory=list)
    clocks: dict[int, Clock] = field(default_factory=dict)
    said: dict[tuple[int, str], list[Clock]] = field(default_factory=dict)
    promised: dict[int, datetime] = field(default_factory=dict)

    def change(self, clock: Clock, *kinds: str) -> None:
        """This clock is written, and these things are said of it."""
        self.clocks[id(clock)] = clock
        for kind in kinds:
            self.said.setdefault((clock.case_id, kind), []).append(clock)
