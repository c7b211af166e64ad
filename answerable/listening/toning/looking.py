"""A text taken apart for its tone and intent: the phrases of the lexicon that it says, and its words as buckets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import combinations, pairwise

from answerable.core.text.buckets import LONGEST_WORD, bucket
from answerable.core.text.fold import fold
from answerable.core.text.phrasebook import Phrasebook
from answerable.core.text.phrases import Line, regex, sets
from answerable.listening import topics

LANGUAGES = ("en", "pl", "pt")
LOOKED_AT = 5_000
"""Characters that are read; a message of a person is shorter, and the bound is for time."""
EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf]"
WORD = re.compile(rf"[^\W_]+(?:['’-]\w+)*|[,:]|{EMOJI}")
# Addresses, handles and what a letter quotes say nothing of how its writer sounds; spaces keep all places as they are.
NOT_SAID = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+|@\w+|^>.*$", re.MULTILINE)
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
LOUD = re.compile(r"[!?]{2,}|\b[^\W\d_a-zß-ÿ]{4,}(?: [^\W\d_a-zß-ÿ]{2,})")
STEMS = (4, 6)
REMEMBERED = 1 << 16
DENIED = ("positive", "negative")
WHOLE = frozenset({"mark", "loud"})
"""What is seen of a text as a whole; phrases are also looked at two by two."""
ABOUT = "about_"
"""What a text speaks of is told by the topics; where in it, they say when somebody asks."""
Origin = int | str


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the text, where they stand in it, and what sort of phrase they are."""

    words: str
    start: int
    end: int
    sort: str


@dataclass(frozen=True)
class Lexicon:
    """The phrases of a language; `denial`: what, right before one, turns it round."""

    book: Phrasebook
    denial: re.Pattern[str]


class Look:
    """What is seen in a text of one of `LANGUAGES`."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text[:LOOKED_AT], language
        self._said = NOT_SAID.sub(lambda match: " " * len(match[0]), self.text)
        self.line = Line(self._said, WORD, _plain)
        self._lexicon = lexicon(language)

    @cached_property
    def places(self) -> list[tuple[int, str]]:
        """The words, each with where it stands in the line."""
        return [(start, word[:LONGEST_WORD]) for start, word in self.line.words() if word not in ",:"]

    @cached_property
    def found(self) -> list[Said]:
        return [*self._phrases(), *self._marks(), *self._topics()]

    @cached_property
    def buckets(self) -> dict[int, Origin]:
        """Each bucket once, with what it came from: the place of a word, or a sort of phrase."""
        seen: dict[int, Origin] = {}
        for each in self.found:
            seen.setdefault(bucket(f"={each.sort}"), each.sort)
        words = [word for _, word in self.places]
        for place, word in enumerate(words):
            for form in _forms(word):
                seen.setdefault(form, place)
        for place, (word, following) in enumerate(pairwise(words)):
            seen.setdefault(bucket(f"{word} {following}"), place)
        for one, other in combinations(sorted({each.sort for each in self.found} - WHOLE), 2):
            seen.setdefault(bucket(f"={one}&{other}"), one)
        return seen

    def word(self, place: int) -> tuple[int, int]:
        """Where a word stands in the text."""
        start, word = self.places[place]
        return self.line.at(start, start + 1 + len(word))

    def _phrases(self) -> Iterator[Said]:
        for phrase, start, end in self._lexicon.book.find(self.line):
            begin, stop = self.line.at(start, end)
            denied = phrase.sort in DENIED and self._denied(start, end)
            yield Said(self.text[begin:stop], begin, stop, f"not_{phrase.sort}" if denied else phrase.sort)

    def _denied(self, start: int, end: int) -> bool:
        first, _ = self.line.sentence(start, end)
        return (
            self._lexicon.denial.search(self.line.line, max(first, self.line.line.rfind(",", 0, start) + 1), start)
            is not None
        )

    def _marks(self) -> Iterator[Said]:
        for sort, place in (("mark", self._said.find("?")), ("loud", _loud(self._said))):
            if place >= 0:
                yield Said(self.text[place], place, place + 1, sort)

    def _topics(self) -> Iterator[Said]:
        for topic in topics.read(self._said, language=self.language):
            yield Said("", 0, 0, f"{ABOUT}{topic}")


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of `LANGUAGES`, read once."""
    told = tomllib.loads(files("answerable.listening.toning").joinpath(f"lexicons/{language}.toml").read_text("utf-8"))
    return Lexicon(Phrasebook(told["entry"], told["words"]), re.compile(regex(told["not"], sets(told["words"])) + "$"))


@cache
def by_hand() -> Mapping[str, Mapping[str, float]]:
    """What each sort of phrase counts for each answer, as it was set by hand."""
    return tomllib.loads(files("answerable.listening.toning").joinpath("weights.toml").read_text("utf-8"))


@lru_cache(REMEMBERED)
def _forms(word: str) -> tuple[int, ...]:
    """The buckets of a word and of its stems, which stand for its endings in Polish and Portuguese."""
    return tuple(map(bucket, (f"_{word}_", *(f"<{word[:length]}" for length in STEMS if len(word) > length))))


@lru_cache(REMEMBERED)
def _plain(word: str) -> str:
    """A word folded; letters drawn out (soooo) count once."""
    return DRAWN_OUT.sub(r"\1", fold(word))


def _loud(text: str) -> int:
    match = LOUD.search(text)
    return match.start() if match else -1
