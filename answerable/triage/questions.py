"""What a message asks, told by the words of its language: the same question has the same id in English, Polish and Portuguese.

The words are data, `asking/<language>.toml`. They order the work of people and decide nothing: a message in which none is found
asks something that nobody listed, and is compared by its words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from answerable.core.text.phrasebook import Phrasebook
from answerable.core.text.phrases import Line

LANGUAGES = ("en", "pl", "pt")
LOOKED_AT = 4000
"""Characters that are read for a question; who writes more asks several things, and a person reads it."""


@dataclass(frozen=True)
class Place:
    """Words of a text that point to something: where they stand, and to what."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Asked:
    """What a text asks (`questions`, the one with most words first) and what it is about besides, with the words that say so."""

    questions: tuple[str, ...]
    about: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Book:
    """The questions of one language."""

    phrases: Phrasebook
    names: Mapping[str, str]


def read(text: str, language: str) -> Asked:
    """What is asked, in the language of the text; without one that is known here, in every language."""
    line, found = Line(text[:LOOKED_AT]), list[tuple[str, Place]]()
    for code in asked_in(language):
        for phrase, start, end in book(code).phrases.find(line):
            found.append((phrase.sort, Place(*line.at(start, end), phrase.entry)))
    places = tuple(sorted({place for _, place in found}, key=lambda each: (each.start, -each.end, each.what)))
    return Asked(_ranked("question", found), _ranked("about", found), places)


def asked_in(language: str) -> Sequence[str]:
    code = language.lower().partition("-")[0]
    return (code,) if code in LANGUAGES else LANGUAGES


def name(what: str, language: str) -> str:
    """What a screen calls a question, in its own language or in English."""
    code = language.lower().partition("-")[0]
    return book(code if code in LANGUAGES else "en").names.get(what, what)


@cache
def book(code: str) -> Book:
    """The questions of one of `LANGUAGES`, read once."""
    told = tomllib.loads(files("answerable.triage").joinpath(f"asking/{code}.toml").read_text("utf-8"))
    entries = [{**each, "sort": sort} for sort in ("question", "about") for each in told[sort]]
    return Book(Phrasebook(entries, told["words"]), {each["id"]: each["name"] for each in entries})


def _ranked(sort: str, found: Sequence[tuple[str, Place]]) -> tuple[str, ...]:
    """The ids of this sort: most different places first, then in the order of the data."""
    places: dict[str, set[int]] = {}
    for each, place in found:
        if each == sort:
            places.setdefault(place.what, set()).add(place.start)
    order = {what: number for number, what in enumerate(book("en").names)}
    return tuple(sorted(places, key=lambda what: (-len(places[what]), order[what])))
