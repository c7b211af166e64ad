"""Dictionaries that a workspace is licensed for, read from its own files: MedDRA's lowest level terms, IMDRF's codes.

None of them is in this package, not even as an example. Without one loaded a report stays a draft.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from answerable.core.errors import Invalid
from answerable.core.text.fold import fold

CODE = re.compile(r"\d{8}", re.ASCII)
COLUMNS = ("code", "term")
MOST = 10


@dataclass(frozen=True)
class Entry:
    """One term that may be chosen. `current` is false for a term that the dictionary keeps for old reports only."""

    code: str
    words: str
    current: bool = True


@dataclass(frozen=True)
class Dictionary:
    """A loaded dictionary, in one release and one language."""

    release: str
    entries: Mapping[str, Entry]
    _by_word: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, release: str, entries: Iterable[Entry]) -> Dictionary:
        known = {each.code: each for each in entries}
        by_word: dict[str, list[str]] = defaultdict(list)
        for each in known.values():
            for word in set(_words(each.words)):
                by_word[word].append(each.code)
        return cls(release, known, by_word)

    def suggested(self, words: str) -> list[Entry]:
        """Current terms that share words with what was said, the nearest first. A person chooses; nothing is coded by itself."""
        asked = set(_words(words))
        codes = {code for word in asked for code in self._by_word.get(word, ())}
        found = [self.entries[code] for code in codes if self.entries[code].current]
        return sorted(found, key=lambda each: (-_shared(asked, each), each.words))[:MOST]


def meddra(text: str, release: str) -> Dictionary:
    """The file `llt.asc` of a MedDRA release: fields with $ between, first the code, then the words, the tenth whether it is
    current. Raises `Invalid`, with the line, for one that cannot be taken; then nothing is loaded.
    """
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("$")
        if len(cells) < 10 or not CODE.fullmatch(cells[0]) or not cells[1].strip():
            raise Invalid("Line %(line)s is no term of MedDRA's llt.asc. Nothing was loaded.", line=number)
        entries.append(Entry(cells[0], cells[1].strip(), current=cells[9].strip().upper() != "N"))
    if not entries:
        raise Invalid("The file holds no term. Nothing was loaded.")
    return Dictionary.of(release, entries)


def imdrf(text: str, release: str) -> Dictionary:
    """A list of IMDRF codes as CSV with the columns code and term. Raises `Invalid` for one that cannot be taken."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    if missing := [name for name in COLUMNS if name not in names]:
        raise Invalid("The list has no column %(column)s. Nothing was loaded.", column=", ".join(missing))
    entries = [Entry((row[names["code"]] or "").strip(), (row[names["term"]] or "").strip()) for row in rows]
    return Dictionary.of(release, [each for each in entries if each.code and each.words])


def _shared(asked: set[str], entry: Entry) -> float:
    """Shared words over all words of both."""
    words = set(_words(entry.words))
    return len(asked & words) / len(asked | words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", fold(text))
