"""Files of dictionaries, line by line: MedDRA's lowest level terms, lists of IMDRF codes or of a company's own products.

None of them is in this package, not even as an example. A file comes from outside: each line is a term, or is named with
what is wrong with it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as noop

from answerable.core.errors import Invalid
from answerable.core.text.fold import fold

CODE = re.compile(r"\d{8}", re.ASCII)
COLUMNS = ("code", "term")
STEM = 5
MOST_CODE, MOST_WORDS = 20, 1000
NOT_MEDDRA = noop("It is no term as in MedDRA’s llt.asc: a code of eight digits, its words, and eight fields more.")
NO_CODE = noop("It has no code of at most 20 characters.")
NO_WORDS = noop("It has no words of at most 1,000 characters.")
EMPTY = noop("The file holds no term.")
AGAIN = noop("Its code stands in an earlier line already.")


@dataclass(frozen=True)
class Entry:
    """One term that may be chosen. `current` is false for a term that the dictionary keeps for old reports only."""

    code: str
    words: str
    parent: str = ""
    current: bool = True


@dataclass(frozen=True)
class Bad:
    """A line that cannot be taken, and why."""

    line: int
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)


def read(kind: str, data: bytes) -> Iterator[Entry | Bad]:
    """The lines of a file. Raises `Invalid` for one that is no list at all."""
    text = decoded(data)
    seen: set[str] = set()
    for line, found in FORMS[kind](text):
        problem = found if isinstance(found, str) else _problem(found, seen)
        if isinstance(found, str) or problem:
            yield Bad(line, problem)
        else:
            seen.add(found.code)
            yield found


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or else Latin-1 as older releases have it. Raises `Invalid` for what is no text."""
    if b"\0" in data:
        raise Invalid(
            "This is no list in plain text. Nothing was loaded. Choose the file itself, not its package.", "file"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def stems(words: str) -> list[str]:
    """The beginnings of the folded words, each once: what is compared when a term is looked for."""
    return list(dict.fromkeys(word[:STEM] for word in re.findall(r"\w{3,}", fold(words))))


def nearness(asked: str, words: str) -> float:
    """How much two texts share, between 0 and 1, by the pairs of letters of their folded words."""
    mine, theirs = _pairs(asked), _pairs(words)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> set[str]:
    return {word[at : at + 2] for word in re.findall(r"\w+", fold(text)) for at in range(max(1, len(word) - 1))}


def _problem(entry: Entry, seen: set[str]) -> str:
    if not entry.code or len(entry.code) > MOST_CODE:
        return NO_CODE
    if not entry.words or len(entry.words) > MOST_WORDS:
        return NO_WORDS
    return AGAIN if entry.code in seen else ""


def _meddra(text: str) -> Iterator[tuple[int, Entry | str]]:
    """Fields with $ between: first the code, then the words, the code of the term above, and as the tenth Y or N."""
    for line, row in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in row.split("$")]
        if len(cells) < 10 or not CODE.fullmatch(cells[0]) or not cells[1]:
            yield line, NOT_MEDDRA
        else:
            yield line, Entry(cells[0], cells[1], cells[2][:MOST_CODE], current=cells[9].upper() != "N")


def _list(text: str) -> Iterator[tuple[int, Entry | str]]:
    """A CSV with the columns code and term; others are left alone."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        if missing := [name for name in COLUMNS if name not in names]:
            column = ", ".join(missing)
            raise Invalid("The list has no column %(column)s. Nothing was loaded.", "file", column=column)
        places = [names.index(name) for name in COLUMNS]
        for row in rows:
            if any(cell.strip() for cell in row):
                code, words = (row[place].strip() if place < len(row) else "" for place in places)
                yield rows.line_num, Entry(code, words)
    except csv.Error as error:
        raise Invalid(
            "The list ends inside a cell, or has one that is too long. Nothing was loaded.", "file"
        ) from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


Rows = Callable[[str], Iterator[tuple[int, Entry | str]]]
FORMS: Mapping[str, Rows] = {"meddra": _meddra, "imdrf": _list, "products": _list}
