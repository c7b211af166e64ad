"""The lexicon of a language: what people say when something went wrong, looked up word by word.

The words are data, `lexicons/<language>.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from answerable.core.text.phrasebook import Phrasebook
from answerable.core.text.phrases import Line, regex, sets
from answerable.triage.detecting.findings import Evidence, Status

LANGUAGES = ("en", "pl", "pt")
# What nobody can take back by "no" or "I fear": a threat is a threat, and a question about another use is one.
PLAIN = frozenset(
    {"minor", "threat", "off_label", "personal", "privacy", "legal", "press", "cause", "commerce", "batch"}
)


@dataclass(frozen=True)
class Lexicon:
    """`before`: for each status the words that, right before a finding in its sentence, give it that status."""

    code: str
    common: frozenset[str]
    book: Phrasebook
    before: Mapping[Status, re.Pattern[str]]
    turns: re.Pattern[str]

    def find(self, line: Line) -> Iterator[Evidence]:
        """Everything of the lexicon that the line says, in its order, each with its status."""
        for phrase, start, end in self.book.find(line):
            begin, stop = line.at(start, end)
            status = Status.PRESENT if phrase.sort in PLAIN else self._status(line, start, end)
            yield Evidence(line.text[begin:stop], begin, stop, phrase.entry, phrase.sort, status)

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
        book=Phrasebook(told["entry"], told["words"]),
        before={each: _any([*status[each.value]], named) for each in (Status.NEGATED, Status.FEARED, Status.OTHER)},
        turns=re.compile(regex(f"({'|'.join(status['turns'].split())})", named)),
    )


def _any(phrases: Sequence[str], named: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(regex(each, named) for each in phrases)})$")
