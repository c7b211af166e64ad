"""Answers that send the person elsewhere, found by their words: “contact our office”, “só pelo chat”, “proszę dzwonić”.

What is looked for is data: `deflections/<language>.toml`, each phrase with sentences that are one and that are none. Every
language is tried on every text, because people answer in the language of the person and not of the case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.db.models import F

from answerable.cases.models import Case, Deflection
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.text.phrases import Line, Sets, regex, sets

LANGUAGES = ("en", "pl", "pt")
LOOKED_AT = 100_000
"""Characters of a text that are searched. Nobody writes an answer of this length; the bound is for time."""


@dataclass(frozen=True)
class Found:
    """One place of a text that sends the person elsewhere: its words, where they stand, and which phrase it is."""

    words: str
    start: int
    end: int
    phrase: str
    language: str


@dataclass(frozen=True)
class Phrase:
    """One way to send somebody elsewhere. `yes` and `no` are sentences that show what is meant, and what is not.

    `always`: nothing beside it makes it none, because it says itself who does what.
    """

    id: str
    patterns: tuple[re.Pattern[str], ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    always: bool


@dataclass(frozen=True)
class Language:
    """The phrases of a language. `before` right before a phrase, or `beside` in its sentence, make it none."""

    code: str
    phrases: tuple[Phrase, ...]
    before: re.Pattern[str]
    beside: re.Pattern[str]


def find(text: str) -> list[Found]:
    """Every place of the text that sends the person elsewhere, in order; of those that overlap the first and longest."""
    words = Line(text[:LOOKED_AT])
    found = [each for code in LANGUAGES for each in _of_language(language(code), words)]
    apart: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end, one.phrase)):
        if not apart or each.start >= apart[-1].end:
            apart.append(each)
    return apart


def record(case: Case, message: Message, *, by: Actor, refuted: str = "") -> bool:
    """Keep which words of an answer that goes out send the person elsewhere. Returns whether it is a deflection.

    Then it is counted, and is no answer. With `refuted` somebody says before sending that it is none, and why: that is
    kept beside the words, and it counts as an answer.
    """
    found = {each.phrase: each for each in reversed(find(message.text))}
    if not found:
        return False
    reason = clean(refuted).strip()
    user_id = by.user_id if isinstance(by, Viewer) else None
    Deflection.objects.bulk_create(
        Deflection(
            case=case,
            message=message,
            phrase=each.phrase,
            language=each.language,
            words=each.words,
            user_id=user_id,
            at=message.received_at,
            refuted=reason,
        )
        for each in found.values()
    )
    if not reason:
        Case.objects.filter(pk=case.pk).update(deflections_count=F("deflections_count") + 1)
        case.refresh_from_db(fields=["deflections_count"])
    data = {"message": message.pk, "phrases": sorted(found)}
    kind = "deflection_refuted" if reason else "deflection_sent"
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return not reason


@cache
def language(code: str) -> Language:
    """The phrases of one of `LANGUAGES`, read once."""
    told = tomllib.loads(files("answerable.cases").joinpath(f"deflections/{code}.toml").read_text("utf-8"))
    named = sets(told["words"])
    return Language(
        code=code,
        phrases=tuple(_phrase(each, named) for each in told["phrase"]),
        before=re.compile(f"(?:{'|'.join(regex(each, named) for each in told['before'])})$"),
        beside=re.compile("|".join(f"{regex(each, named)}" for each in told["beside"])),
    )


def _of_language(spoken: Language, words: Line) -> Iterator[Found]:
    for phrase in spoken.phrases:
        for pattern in phrase.patterns:
            for match in pattern.finditer(words.line):
                if phrase.always or not _is_none(match, spoken, words):
                    start, end = words.at(*match.span())
                    yield Found(words.text[start:end], start, end, phrase.id, spoken.code)


def _is_none(match: re.Match[str], spoken: Language, words: Line) -> bool:
    begin, stop = words.sentence(*match.span())
    before = spoken.before.search(words.line, begin, match.start())
    return bool(before or spoken.beside.search(words.line, begin, stop))


def _phrase(told: Mapping[str, Any], named: Sets) -> Phrase:
    patterns = tuple(re.compile(f"{regex(each, named)}") for each in told["is"])
    return Phrase(told["id"], patterns, tuple(told["yes"]), tuple(told["no"]), told.get("always", False))
