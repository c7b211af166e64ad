"""How these tests make a wave: many people on the square, and series whose usual is known."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.metrics import counting, watching
from answerable.metrics.models import Incident, Series
from answerable.metrics.usual import HOURS
from answerable.testing.cast import Cast

MINUTE = timedelta(minutes=1)


def people_say(
    source: Source, count: int, *, at: datetime | None = None, text: str = "It lost the signal.", first: int = 0
) -> None:
    """As many different people, one after the other from five minutes before `at` on."""
    end = at or now()
    posts = [
        {"id": 1_000 + n, "handle": f"p{n}", "text": text, "private": False, "at": (end - MINUTE * 4).isoformat()}
        for n in range(first, first + count)
    ]
    receive(source, [Raw(body=json.dumps(each).encode()) for each in posts], at=end - MINUTE * 4)
    while pipeline.open_waiting(source):
        pass


def house(cast: Cast) -> House:
    return House(cast.workspace.pk, "radar")


def usually(cast: Cast, an_hour: float) -> None:
    """All series that are there are known for eight weeks, at this rate."""
    counting.count(since=now() - timedelta(hours=6), until=now(), by=house(cast))
    known = {"per_hour": [an_hour] * HOURS, "spread": 1.1, "wobble": 0.03, "weeks": 8.0, "learnt_at": now()}
    Series.objects.filter(workspace=cast.workspace).update(**known)


def wave(cast: Cast, count: int = 12) -> Incident:
    """The incident of so many people within five minutes, where half of one is usual."""
    people_say(cast.square, count)
    usually(cast, 6.0)
    watching.watch(by=house(cast))
    return Incident.objects.get()
