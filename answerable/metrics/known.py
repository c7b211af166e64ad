"""What a series knows of itself, to reckon with."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from answerable.metrics.models import Series
from answerable.metrics.usual import HOURS, Usual
from answerable.metrics.waves import Tone


def usual_of(series: Series) -> Usual:
    """What was learnt; asked only where something was."""
    return Usual(tuple(series.per_hour), series.spread, series.wobble, series.weeks)


def minute_of(series: Series, at: datetime) -> float:
    """The minute of the week, in the time of the workspace."""
    here = at.astimezone(ZoneInfo(series.workspace.time_zone))
    return here.weekday() * 1440 + here.hour * 60 + here.minute + here.second / 60


def tone_of(series: Series, minute: float, *, negative: int, toned: int) -> Tone | None:
    """None where the tone of no post was ever known."""
    if not series.toned:
        return None
    return Tone(negative, toned, series.negative[int(minute // 60) % HOURS], series.toned)
