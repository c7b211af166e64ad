"""What goes to a safety system, what it says, and what a way to it has to know. Frozen values and plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from answerable.channels.contract import Setting
from answerable.core.wire.calls import Answer, Call
from answerable.safety.reconciliation import Received

Values = Mapping[str, Any]
Cursor = Mapping[str, Any]


@dataclass(frozen=True)
class Parcel:
    """One version of a report to hand over. `key` is the same at every try."""

    key: str
    number: str
    version: int
    digest: str
    body: bytes = field(repr=False)


class Word(StrEnum):
    """What they say about a report. `DIFFERENT` is taken, with other contents than we sent; `UNCLEAR` is for a person to read."""

    TAKEN = "taken"
    REFUSED = "refused"
    DIFFERENT = "different"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Told:
    """One answer about one report. `about` is our key or our number; `digest` is what they say they hold, where they say it."""

    word: Word
    about: str
    theirs: str = ""
    digest: str = ""
    words: str = ""
    once: str = ""


@dataclass(frozen=True)
class Found:
    """Is a report there? And what they say about it."""

    there: bool
    told: Told | None = None


@dataclass(frozen=True)
class News:
    """What came from them since the cursor: answers, lists of what they hold, and how far it was read."""

    told: Sequence[Told] = ()
    lists: Sequence[str] = ()
    cursor: Cursor = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True)
class Page:
    """One page of the list of what they hold; `next` is empty on the last one."""

    lines: Sequence[Received] = ()
    next: str = ""


@dataclass(frozen=True)
class Way:
    """How to speak to one sort of safety system. What is None cannot be asked there.

    `taken` reads the answer to a hand-over: None is taken, and not acknowledged yet. All of them raise the errors of a
    connector (`Refused`, `TryLater`, `Reauthorise`, `Unreadable`) and no others.
    """

    kind: str
    label: str
    hint: str
    settings: tuple[Setting, ...]
    hand_over: Callable[[Parcel, Values], Call]
    taken: Callable[[Answer, Parcel], Told | None]
    look_up: Callable[[Parcel, Values], Call | None] | None = None
    found: Callable[[Answer, Parcel], Found] | None = None
    ask: Callable[[Cursor, Values], Call] | None = None
    news: Callable[[Answer, Cursor, Values], News] | None = None
    ask_list: Callable[[date, date, str, Values], Call] | None = None
    page: Callable[[Answer], Page] | None = None
    in_house: bool = False
    made: tuple[str, ...] = ()


def judged(told: Told, digest: str) -> Told:
    """An acknowledgement of other contents than ours acknowledges nothing."""
    if told.word is Word.TAKEN and told.digest and told.digest.lower() != digest:
        return Told(Word.DIFFERENT, told.about, told.theirs, told.digest, told.words, told.once)
    return told


def moment(text: object) -> datetime | None:
    """A moment with its zone, or None for what is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
