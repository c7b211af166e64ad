"""A stretch of an archive turned into what saved queries are held against. Pure, so that any process on any machine may do it.

`leaf` reads rows as their channel reads them. A `Reader` also leaves out what nobody can want; whoever stores the rest holds it
against the queries once more, so that what is kept does not hang on where the rows were read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from answerable.channels import reading
from answerable.channels.contract import Candidate, LeftOut, Said
from answerable.channels.contract_slicing import Slices
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.intake.reasons import post_of
from answerable.listening.engines import Engine
from answerable.listening.lexing import Misread
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard
from answerable.listening.spelling import Spelling
from answerable.listening.stage import Stage
from answerable.listening.topics import topics_of

NO_OBJECT = "It is no JSON object on a line of its own."


@dataclass(frozen=True)
class Stretch:
    """Rows of an archive behind the first `at`."""

    at: int
    rows: Sequence[bytes]


@dataclass
class Leafed:
    """What the rows behind the first `at` brought: candidates, what cannot be read, and how many nobody can want."""

    at: int
    rows: int
    candidates: list[Candidate] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    passed_by: int = 0


def leaf(stretch: Stretch, kind: str, settings: Mapping[str, Any]) -> Leafed:
    """Each row with its number in the whole file. Empty ones are passed over."""
    found, speaker = Leafed(stretch.at, len(stretch.rows)), connector(kind)
    assert isinstance(speaker, Slices)
    numbered = [(number, row) for number, row in enumerate(stretch.rows, stretch.at + 1) if row.strip()]
    good = [(number, row) for number, row in numbered if row.lstrip(b"\xef\xbb\xbf \t")[:1] == b"{"]
    bad = {number for number, _ in numbered} - {number for number, _ in good}
    found.left = [LeftOut(f"line:{number}", number, NO_OBJECT, understood=False) for number in sorted(bad)]
    for item in speaker.slices([row for _, row in good], settings) if good else ():
        if isinstance(item, LeftOut):
            number = good[item.number - 1][0]
            found.left.append(replace(item, external_id=f"line:{number}", number=number))
        else:
            number = good[int(item.headers["line"]) - 1][0]
            raw = replace(item, headers={**item.headers, "line": str(number)})
            said = (each for each in reading.read(speaker, raw, settings) if isinstance(each, Said))
            found.candidates += [Candidate(raw, each) for each in said]
    return found


@dataclass(frozen=True)
class Sieve:
    """What a reader must know: how the source reads rows, without its secrets, and the saved queries with their versions."""

    kind: str
    settings: Mapping[str, Any]
    queries: Sequence[tuple[int, str]]
    protected: Sequence[str] = ()
    lookalikes: bool = False
    languages: Sequence[str] = ()
    seeks_topics: bool = False


class Reader:
    """Reads stretches and leaves out what no query wants and, where somebody is known, what speaks of no topic."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve, self._source = sieve, Source(kind=sieve.kind)
        self._engine = Engine(0)  # says how a post is made of what was said; it looks nothing up
        self._engine.languages = tuple(sieve.languages)
        spelling = Spelling(sieve.protected, lookalikes=sieve.lookalikes)
        self._stage = Stage[int](Matcher(), spelling)
        for version, text in sieve.queries:
            with suppress(Misread):  # as in the engines: it finds nothing until somebody mends it
                self._stage.matcher.add(version, parse(text, spelling))

    def leaf(self, stretch: Stretch) -> Leafed:
        found = leaf(stretch, self._sieve.kind, self._sieve.settings)
        wanted = [each for each in found.candidates if self._may_be_wanted(each)]
        found.passed_by, found.candidates = len(found.candidates) - len(wanted), wanted
        return found

    def _may_be_wanted(self, candidate: Candidate) -> bool:
        heard = Heard(post_of(candidate.said, self._source, self._engine), self._stage.spelling)
        return bool(self._stage.match(heard)) or (self._sieve.seeks_topics and bool(topics_of(heard)))
