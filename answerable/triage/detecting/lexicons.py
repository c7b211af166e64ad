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

from answerable.core.text.phrasebook import Phrase, Phrasebook
from answerable.core.text.phrases import Line, regex, sets
from answerable.triage.detecting.findings import Evidence, Status

WORD = re.compile(r"[a-z']+")
LANGUAGES = ("en", "pl", "pt")
# What nobody can take back by "no" or "I fear": a threat is a threat, and a question about another use is one.
PLAIN = frozenset(
    {"minor", "threat", "off_label", "personal", "privacy", "legal", "press", "cause", "commerce", "batch"}
)


@dataclass(frozen=True)
class Lexicon:
    """`before` and `after`: for each status the words that, right before or after a finding in its sentence, give it that
    status. A word of `denials` takes back what it stands in the middle of, unless the phrase is one of `denying`, which have it.
    """

    code: str
    common: frozenset[str]
    book: Phrasebook
    before: Mapping[Status, re.Pattern[str]]
    after: Mapping[Status, re.Pattern[str]]
    turns: re.Pattern[str]
    denials: frozenset[str]
    denying: frozenset[Phrase]

    def find(self, line: Line) -> Iterator[Evidence]:
        """Everything of the lexicon that the line says, in its order, each with its status."""
        for phrase, start, end in self.book.find(line):
            begin, stop = line.at(start, end)
            status = self._status(line, start, end, phrase)
            yield Evidence(line.text[begin:stop], begin, stop, phrase.entry, phrase.sort, status)

    def _status(self, line: Line, start: int, end: int, phrase: Phrase) -> Status:
        begin, stop = line.sentence(start, end)
        for status, pattern in self.after.items():
            if pattern.match(line.line, end, stop):
                return status
        if phrase.sort in PLAIN:
            return Status.PRESENT
        if phrase not in self.denying and not self.denials.isdisjoint(line.line[start:end].split()[1:]):
            return Status.NEGATED
        return self._told_before(line, begin, start)

    def _told_before(self, line: Line, begin: int, start: int) -> Status:
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
    book, denials = Phrasebook(told["entry"], told["words"]), frozenset(status["denials"].split())
    return Lexicon(
        code=code,
        common=frozenset(told["common"].split()),
        book=book,
        before={each: _before(status[each.value], named) for each in (Status.NEGATED, Status.FEARED, Status.OTHER)},
        after={Status.OTHER: _after(told["after"]["others"], named)},
        turns=re.compile(regex(f"({'|'.join(status['turns'].split())})", named)),
        denials=denials,
        denying=frozenset(phrase for filed in book.filed.values() for phrase in filed if _denies(phrase, denials)),
    )


def _denies(phrase: Phrase, denials: frozenset[str]) -> bool:
    return not denials.isdisjoint(WORD.findall(phrase.pattern.pattern))


def _before(phrases: Sequence[str], named: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(regex(each, named) for each in phrases)})$")


def _after(phrases: Sequence[str], named: Mapping[str, str]) -> re.Pattern[str]:
    """Up to three words may stand between."""
    return re.compile(f"(?: [^ \n,]+){{0,3}}?(?:{'|'.join(regex(each, named) for each in phrases)})")
