"""Answers that send the person elsewhere, found by their words: “contact our office”, “só pelo chat”, “proszę dzwonić”.

What is looked for is data: `deflections/<language>.toml`, each phrase with sentences that are one and that are none. Every
language is tried on every text, because people answer in the language of the person and not of the case.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
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
from answerable.core.text.fold import fold

LANGUAGES = ("en", "pl", "pt")
LOOKED_AT = 100_000
"""Characters of a text that are searched. Nobody writes an answer of this length; the bound is for time."""
NEAR = 300
WORD = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}\w|\w+(?:['’-]\w+)*|[,:]")
SENTENCE_ENDS = re.compile(r"[.!?;…]\s|[!?;…]|\n\s*\n")
# Numbers of emergency services are where a person must be sent.
NUMBER = r"(?!(?:112|911|999|997|998|190|192|193)(?![^ \n]))[0-9][0-9-]{2,}"
MEANT = {"#": NUMBER, "@": "[^ \n@]+@[^ \n]+"}


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
    words = _Words(text[:LOOKED_AT])
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
    sets = {name: f"(?:{'|'.join(_word(each) for each in words.split())})" for name, words in told["words"].items()}
    return Language(
        code=code,
        phrases=tuple(_phrase(each, sets) for each in told["phrase"]),
        before=re.compile(f"(?:{'|'.join(_regex(each, sets) for each in told['before'])})$"),
        beside=re.compile("|".join(f"{_regex(each, sets)}" for each in told["beside"])),
    )


class _Words:
    """The words of a text, folded, each after a space; a line break ends a sentence. `at` leads back into the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self.line = "".join(self._joined())

    def _joined(self) -> Iterator[str]:
        length, before = 0, 0
        for match in WORD.finditer(self.text):
            ends = SENTENCE_ENDS.search(self.text, before, match.start())
            piece = f"{chr(10) if ends else ''} {fold(match[0]).replace('’', chr(39)).replace(' ', '')}"
            self._starts.append(length)
            self._spans.append(match.span())
            length, before = length + len(piece), match.end()
            yield piece

    def at(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of a stretch of the line."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        return self._spans[max(first, 0)][0], self._spans[max(last, 0)][1]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """What stands with a stretch in its sentence, as far as `NEAR` reaches."""
        first = self.line.rfind("\n", max(0, start - NEAR), start + 1)
        last = self.line.find("\n", end, end + NEAR)
        return max(first + 1, start - NEAR, 0), min(end + NEAR, len(self.line)) if last < 0 else last


def _of_language(spoken: Language, words: _Words) -> Iterator[Found]:
    for phrase in spoken.phrases:
        for pattern in phrase.patterns:
            for match in pattern.finditer(words.line):
                if phrase.always or not _is_none(match, spoken, words):
                    start, end = words.at(*match.span())
                    yield Found(words.text[start:end], start, end, phrase.id, spoken.code)


def _is_none(match: re.Match[str], spoken: Language, words: _Words) -> bool:
    begin, stop = words.sentence(*match.span())
    before = spoken.before.search(words.line, begin, match.start())
    return bool(before or spoken.beside.search(words.line, begin, stop))


def _phrase(told: Mapping[str, Any], sets: Mapping[str, str]) -> Phrase:
    patterns = tuple(re.compile(f"{_regex(each, sets)}") for each in told["is"])
    return Phrase(told["id"], patterns, tuple(told["yes"]), tuple(told["no"]), told.get("always", False))


def _regex(pattern: str, sets: Mapping[str, str]) -> str:
    """`word`, `stem*`, `(one|other)`, `<set>`, `#` for a number to call, `@` for an address; `..3` for up to three words.

    A question mark says that it may lack. A comma may stand before any but the first; a gap does not reach over one.
    Gaps are bounded, so the time for a text grows with its length only.
    """
    first, *others = pattern.split()
    return _element(first, sets) + "".join(_element(each, sets, comma="(?: [,:])?") for each in others)


def _element(element: str, sets: Mapping[str, str], comma: str = "") -> str:
    if element.startswith(".."):
        return f"(?: [^ \n,]+){{0,{int(element[2:])}}}?"
    bare = element.removesuffix("?")
    regex = f"{comma} {_alternatives(bare, sets)}"
    return f"(?:{regex})?" if bare != element else regex


def _alternatives(element: str, sets: Mapping[str, str]) -> str:
    words = element.removeprefix("(").removesuffix(")").split("|")
    each = (sets[word[1:-1]] if word.startswith("<") else _word(word) for word in words)
    return f"(?:{'|'.join(each)})(?![^ \n])"


def _word(word: str) -> str:
    if word in MEANT:
        return MEANT[word]
    return re.escape(word[:-1]) + "[^ \n,]*" if word.endswith("*") else re.escape(word)
