"""The lexicon of a language: what people say when something went wrong, looked up word by word.

The words are data, `lexicons/<language>.toml`. A phrase is filed under the words by which it can begin, so a text costs a
look-up for each of its words and not a search for each phrase.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from answerable.core.text.phrases import Line, openings, regex, sets
from answerable.triage.detecting.findings import Evidence, Status

LANGUAGES = ("en", "pl", "pt")
SHORTEST_STEM, LONGEST_STEM = 2, 14
# What nobody can take back by "no" or "I fear": a threat is a threat, and a question about another use is one.
PLAIN = frozenset(
    {"minor", "threat", "off_label", "personal", "privacy", "legal", "press", "cause", "commerce", "batch"}
)


@dataclass(frozen=True)
class Phrase:
    """One way to say an entry. `sort` is what it counts as (`weights.toml`)."""

    entry: str
    sort: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """`before`: for each status the words that, right before a finding in its sentence, give it that status."""

    code: str
    common: frozenset[str]
    phrases: Mapping[str, Sequence[Phrase]]
    before: Mapping[Status, re.Pattern[str]]
    turns: re.Pattern[str]

    def find(self, line: Line) -> Iterator[Evidence]:
        """Everything of the lexicon that the line says, in its order, each with its status."""
        for start, word in line.words():
            for phrase in self._under(word):
                match = phrase.pattern.match(line.line, start)
                if match is not None:
                    begin, end = line.at(*match.span())
                    status = Status.PRESENT if phrase.sort in PLAIN else self._status(line, *match.span())
                    yield Evidence(line.text[begin:end], begin, end, phrase.entry, phrase.sort, status)

    def _under(self, word: str) -> Iterator[Phrase]:
        yield from self.phrases.get(word, ())
        for length in range(SHORTEST_STEM, min(len(word), LONGEST_STEM) + 1):
            yield from self.phrases.get(f"{word[:length]}*", ())

    def _status(self, line: Line, start: int, end: int) -> Status:
        begin, _ = line.sentence(start, end)
        for turn in self.turns.finditer(line.line, begin, start):
            begin = turn.end()
        for status, pattern in self.before.items():
            if pattern.search(line.line, begin, start):
                return status
        return Status.PRESENT


@cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of one of `LANGUAGES`, read once."""
    told = tomllib.loads(files("answerable.triage.detecting").joinpath(f"lexicons/{code}.toml").read_text("utf-8"))
    named, status = sets(told["words"]), told["status"]
    return Lexicon(
        code=code,
        common=frozenset(told["common"].split()),
        phrases=_filed(told, named),
        before={each: _any([*status[each.value]], named) for each in (Status.NEGATED, Status.FEARED, Status.OTHER)},
        turns=re.compile(regex(f"({'|'.join(status['turns'].split())})", named)),
    )


def _filed(told: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, list[Phrase]]:
    filed = defaultdict(list)
    for entry in told["entry"]:
        for each in entry["is"]:
            phrase = Phrase(entry["id"], entry["sort"], re.compile(regex(each, named)))
            for opening in openings(each, told["words"]):
                filed[opening].append(phrase)
    return dict(filed)


def _any(phrases: Sequence[str], named: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(regex(each, named) for each in phrases)})$")
