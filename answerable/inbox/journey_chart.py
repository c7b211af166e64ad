"""A journey as a drawing: where each bar, hop, mark and crack stands. Pure; the template only writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from django.utils.timezone import localtime

from answerable.cases.journey import Cause, Journey
from answerable.core.web import times
from answerable.inbox import journey_words
from answerable.inbox.sayings import Names

WIDTH, LEFT, RIGHT = 1264, 170, 1234
TOP, LANE, STEP = 100, 56, 76
MARK_ROWS, APART = (62, 30), 30
MOST_TICKS = 11
STEPS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48, 168, 720, 2160, 8760))
LETTERS = 7.5
SHAPES = {
    Cause.WORK: "work",
    Cause.US: "us",
    Cause.CUSTOMER: "them",
    Cause.THIRD_PARTY: "third",
    Cause.CLOSED: "gone",
}
"""The class of the style sheet for each cause: pattern and edge tell them apart before colour does."""


@dataclass(frozen=True)
class Lane:
    """One holder's line."""

    y: int
    name: str


@dataclass(frozen=True)
class Bar:
    """One stretch of time. `label` is empty where it does not fit."""

    x: float
    y: int
    width: float
    cause: str
    label: str
    words: str


@dataclass(frozen=True)
class Line:
    """From one lane to another at one moment."""

    x: float
    y1: int
    y2: int
    back: bool


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a link to its line in the table."""

    x: float
    y: int
    icon: str
    words: str
    row: str


@dataclass(frozen=True)
class Spot:
    """A crack with its number, or a day with its name."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn. `foot` is where the lanes end."""

    width: int
    height: int
    foot: int
    lanes: Sequence[Lane]
    bars: Sequence[Bar]
    hops: Sequence[Line]
    marks: Sequence[Mark]
    cracks: Sequence[Spot]
    ticks: Sequence[Spot]


def draw(journey: Journey, known: Names) -> Chart:
    """Lay a journey out."""
    holders = list(dict.fromkeys(each.holder for each in journey.segments))
    holders += [mark for hop in journey.hops for mark in (hop.giver, hop.receiver) if mark not in holders]
    at = {mark: TOP + STEP * number for number, mark in enumerate(dict.fromkeys(holders))}
    foot = TOP + STEP * max(len(at), 1)
    return Chart(
        width=WIDTH,
        height=foot + 70,
        foot=foot,
        lanes=[Lane(y, journey_words.name(mark, known)) for mark, y in at.items()],
        bars=list(_bars(journey, at)),
        hops=[Line(_x(journey, each.at), at[each.giver], at[each.receiver], each.back) for each in journey.hops],
        marks=list(_marks(journey, known)),
        cracks=[Spot(_x(journey, each.at), str(each.number)) for each in journey.cracks],
        ticks=list(_ticks(journey)),
    )


def _x(journey: Journey, moment: datetime) -> float:
    share = (moment - journey.start) / journey.total if journey.total else 0.0
    return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def _bars(journey: Journey, at: dict[str, int]) -> Iterator[Bar]:
    for each in journey.segments:
        x, lasts = _x(journey, each.start), times.words(each.lasts)
        width = max(_x(journey, each.end) - x, 1.0)
        label = lasts if width > len(lasts) * LETTERS else ""
        yield Bar(
            x, at[each.holder], width, SHAPES[each.cause], label, f"{journey_words.CAUSES[each.cause]()}, {lasts}"
        )


def _marks(journey: Journey, known: Names) -> Iterator[Mark]:
    """Marks that would lie on each other stand in two rows."""
    last = {y: float("-inf") for y in MARK_ROWS}
    for number, fact in enumerate(journey.marks):
        x = _x(journey, fact.at)
        y = next((row for row in MARK_ROWS if x - last[row] >= APART), MARK_ROWS[0])
        last[y] = x
        icon, _sentence = journey_words.HAPPENED[fact.sort]()
        yield Mark(x, y, icon, journey_words.words_of(fact, known), f"m-{number}")


def _ticks(journey: Journey) -> Iterator[Spot]:
    """Midnights where the journey takes days, else full hours; so few that their names do not touch."""
    step = next((each for each in STEPS if journey.total / each <= MOST_TICKS), STEPS[-1])
    first = localtime(journey.start).replace(minute=0, second=0, microsecond=0)
    first = first.replace(hour=0) if step >= timedelta(days=1) else first
    moment = first
    for _ in range(MOST_TICKS + 2):
        if journey.start <= moment <= journey.end:
            yield Spot(_x(journey, moment), _label(moment, step))
        moment += step


def _label(moment: datetime, step: timedelta) -> str:
    here = localtime(moment)
    return str(format_date(here, "d MMM", locale=times.locale())) if step >= timedelta(days=1) else f"{here:%H:%M}"
