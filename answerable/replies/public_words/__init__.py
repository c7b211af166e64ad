"""What an answer says that it may not say in public, found by its words, in English, Portuguese and Polish.

What is looked for is data: `<language>.toml`, each phrase with sentences that say it and that do not. Every language is tried on
every text, because people answer in the language of the person and not of the case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from answerable.core.text.phrasebook import Phrasebook
from answerable.core.text.phrases import Line, regex, sets

LANGUAGES = ("en", "pl", "pt")
LOOKED_AT = 20_000
LONGEST_NAME, SHORTEST = 80, 4
NOT_WHEN_ASKED = frozenset({"confirms", "uses"})
ENDS = re.compile(r"[.!?\n]")


@dataclass(frozen=True)
class Found:
    """One place of a text: its words, where they stand, and what sort of thing they say."""

    words: str
    start: int
    end: int
    sort: str
    entry: str


@dataclass(frozen=True)
class Language:
    """The phrases of a language. `before` right before a phrase makes it none; `you` marks a sentence about the person."""

    book: Phrasebook
    before: re.Pattern[str]
    you: frozenset[str]


def find(text: str, products: Collection[str] = ()) -> list[Found]:
    """Every place that says one of these things, in order; of those of one sort that overlap the first and longest.

    `products` are names of ours: what somebody has or takes may be called by them.
    """
    line, names = Line(text[:LOOKED_AT]), frozenset(products)
    found = [each for code in LANGUAGES for each in _of_language(language(code, names), line)]
    apart: list[Found] = []
    for each in sorted(found, key=lambda one: (one.sort, one.start, -one.end)):
        if not (apart and apart[-1].sort == each.sort and each.start < apart[-1].end):
            apart.append(each)
    return apart


def is_about_you(text: str, start: int, end: int) -> bool:
    """Does the sentence around these words speak of the person who is answered, or of one of theirs?"""
    begin = max((each.end() for each in ENDS.finditer(text, 0, start)), default=0)
    stop = ENDS.search(text, end)
    words = {word for _, word in Line(text[begin : stop.start() if stop else len(text)]).words()}
    return any(words & language(code).you for code in LANGUAGES)


@lru_cache(maxsize=64)
def language(code: str, products: frozenset[str] = frozenset()) -> Language:
    """The phrases of one of `LANGUAGES`, read once for each set of products."""
    told = told_of(code)
    kept = " ".join([told["words"]["kept"], *(f"{word}*" for word in sorted(product_words(products)))])
    named = {**told["words"], "kept": kept, "condition": _conditions(told)}
    ways = "|".join(regex(each, sets(named)) for each in told["before"])
    return Language(Phrasebook(told["phrase"], named), re.compile(f"(?:{ways})$"), frozenset(told["you"].split()))


def product_words(products: Collection[str]) -> set[str]:
    """The first word of each name, as it is looked for: who says that says the product."""
    firsts = (next((word for _, word in Line(name[:LONGEST_NAME]).words()), "") for name in products)
    return {word for word in firsts if len(word) >= SHORTEST and word.isalnum()}


def told_of(code: str) -> Mapping[str, Any]:
    """The data file of a language as it stands."""
    return tomllib.loads(files("answerable.replies").joinpath(f"public_words/{code}.toml").read_text("utf-8"))


def _conditions(told: Mapping[str, Any]) -> str:
    (states,) = [each for each in told["phrase"] if each["sort"] == "condition"]
    ways: str = states["is"][0]
    return ways.strip("()").replace("|", " ")


def _of_language(spoken: Language, line: Line) -> Iterator[Found]:
    for phrase, begin, stop in spoken.book.find(line):
        start, end = line.at(begin, stop)
        if not _is_none(phrase.sort, begin, spoken, line) and not (phrase.sort in NOT_WHEN_ASKED and _asked(line, end)):
            yield Found(line.text[start:end], start, end, phrase.sort, phrase.entry)


def _is_none(sort: str, begin: int, spoken: Language, line: Line) -> bool:
    if sort in {"pointer", "use", "condition"}:
        return False
    first, _ = line.sentence(begin, begin)
    return spoken.before.search(line.line, first, begin) is not None


def _asked(line: Line, end: int) -> bool:
    after = ENDS.search(line.text, end)
    return after is not None and after[0] == "?"
