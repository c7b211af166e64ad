"""A wave as a drawing: a bar for each while, a line for what is usual. Pure; the template only writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from django.utils.timezone import localtime

from answerable.core.web import times
from answerable.metrics.queries import Point

WIDTH, HEIGHT = 960, 240
LEFT, RIGHT, TOP, FOOT = 52, 950, 16, 200
STEPS = (
    (timedelta(hours=7), timedelta(minutes=5)),
    (timedelta(hours=26), timedelta(minutes=15)),
    (timedelta(days=4), timedelta(hours=1)),
    (timedelta(days=15), timedelta(hours=3)),
)
LONGEST = timedelta(days=14)
TICKS = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48))
MOST_TICKS = 9


@dataclass(frozen=True)
class Bar:
    """`wave` is true where the incident runs: another pattern, not only another colour."""

    x: float
    y: float
    width: float
    height: float
    wave: bool
    words: str


@dataclass(frozen=True)
class Spot:
    """A moment or a number with its place."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn; `usual` is the way of a line, empty where nothing is known."""

    bars: Sequence[Bar]
    usual: str
    ticks: Sequence[Spot]
    marks: Sequence[Spot]
    rows: Sequence[Point]
    most: Point
    step: timedelta


def step_for(span: timedelta) -> timedelta:
    """So wide a bar that the whole has between 20 and 110 of them."""
    return next((step for longest, step in STEPS if span <= longest), STEPS[-1][1])


def draw(
    points: Sequence[Point], *, step: timedelta, since: datetime | None = None, until: datetime | None = None
) -> Chart:
    """Lay the points out; between `since` and `until` they are the wave."""
    top = max([each.seen for each in points] + [each.usual or 0 for each in points] + [4.0])
    width = (RIGHT - LEFT) / max(len(points), 1)
    return Chart(
        bars=list(_bars(points, top, width, since, until, step)),
        usual=_usual(points, top, width),
        ticks=list(_ticks(points, step)),
        marks=[Spot(_y(part, top), f"{part:.0f}") for part in (round(top / 2), round(top))],
        rows=[each for each in points if each.seen],
        most=max(points, key=lambda each: each.seen),
        step=step,
    )


def _y(value: float, top: float) -> float:
    return round(FOOT - (FOOT - TOP) * value / top, 1)


def _bars(  # noqa: PLR0917 - a picture has so many sides
    points: Sequence[Point], top: float, width: float, since: datetime | None, until: datetime | None, step: timedelta
) -> Iterator[Bar]:
    for place, each in enumerate(points):
        if not each.seen:
            continue
        wave = since is not None and each.at + step > since and (until is None or each.at < until)
        y = _y(each.seen, top)
        words = f"{localtime(each.at):%H:%M}: {each.seen}"
        yield Bar(round(LEFT + place * width, 1), y, round(max(width - 1.5, 1.0), 1), round(FOOT - y, 1), wave, words)


def _usual(points: Sequence[Point], top: float, width: float) -> str:
    known = [(LEFT + (place + 0.5) * width, each.usual) for place, each in enumerate(points) if each.usual is not None]
    return "M" + "L".join(f"{x:.1f} {_y(value, top)}" for x, value in known) if known else ""


def _ticks(points: Sequence[Point], step: timedelta) -> Iterator[Spot]:
    if not points:
        return
    begin, end = points[0].at, points[-1].at + step
    every = next((each for each in TICKS if (end - begin) / each <= MOST_TICKS), TICKS[-1])
    moment = localtime(begin).replace(minute=0, second=0, microsecond=0)
    moment = moment.replace(hour=0) if every >= timedelta(hours=3) else moment
    while moment < end:
        if moment >= begin:
            yield Spot(round(LEFT + (moment - begin) / (end - begin) * (RIGHT - LEFT), 1), _label(moment, every))
        moment += every


def _label(moment: datetime, every: timedelta) -> str:
    here = localtime(moment)
    if here.hour == 0 and every >= timedelta(hours=12):
        return str(format_date(here, "d MMM", locale=times.locale()))
    return f"{here:%H:%M}"
