"""How people say who was affected, what they are and how it ended: our own word lists, one file for each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from answerable.core.text.fold import fold
from answerable.core.text.phrasebook import Phrasebook
from answerable.core.text.phrases import Line
from answerable.safety.reports import AgeGroup, Seriousness, Sex
from answerable.triage.detecting.findings import Evidence
from answerable.triage.detecting.lexicons import Lexicon, lexicon

RELATIONS: Mapping[str, tuple[Sex, AgeGroup]] = {
    "mother": (Sex.FEMALE, AgeGroup.ADULT),
    "father": (Sex.MALE, AgeGroup.ADULT),
    "grandmother": (Sex.FEMALE, AgeGroup.UNKNOWN),
    "grandfather": (Sex.MALE, AgeGroup.UNKNOWN),
    "woman": (Sex.FEMALE, AgeGroup.UNKNOWN),
    "man": (Sex.MALE, AgeGroup.UNKNOWN),
    "daughter": (Sex.FEMALE, AgeGroup.UNKNOWN),
    "son": (Sex.MALE, AgeGroup.UNKNOWN),
    "baby": (Sex.UNKNOWN, AgeGroup.INFANT),
    "newborn": (Sex.UNKNOWN, AgeGroup.NEONATE),
    "child": (Sex.UNKNOWN, AgeGroup.CHILD),
    "somebody": (Sex.UNKNOWN, AgeGroup.UNKNOWN),
}
"""What a word for somebody says of that person. A daughter may be forty: it says nothing of her age."""
GRAVE = (Seriousness.LIFE_THREATENING, Seriousness.DISABLING, Seriousness.ANOMALY)


@dataclass(frozen=True)
class Hints:
    """The word list of one language."""

    lexicon: Lexicon
    grave: Mapping[Seriousness, re.Pattern[str]]

    def find(self, line: Line) -> Iterator[Evidence]:
        """All hints that the line holds, in its order, each with its status."""
        return self.lexicon.find(line)

    def seriousness(self, words: str) -> Seriousness:
        """Which sort of grave a grave word is; `OTHER` where it is none of those that have a name."""
        folded = fold(words)
        return next((each for each in GRAVE if self.grave[each].search(folded)), Seriousness.OTHER)


@cache
def hints(code: str) -> Hints:
    """The hints of a language, read once. What is denied or feared is told by the words of the detectors."""
    told = tomllib.loads(files("answerable.safety.hints").joinpath(f"{code}.toml").read_text("utf-8"))
    book = Phrasebook(told["entry"], told["words"])
    grave = {each: re.compile(rf"\b(?:{told['seriousness'][each.value]})") for each in GRAVE}
    return Hints(replace(lexicon(code), book=book, denying=frozenset()), grave)
