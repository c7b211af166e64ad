"""From bytes to rows of words: JSON as telephone systems push it, or a table as they export it.

A table is read line by line; a line that cannot be read stops no other.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from answerable.channels.contract import Unreadable
from answerable.core.errors import Invalid
from answerable.core.text.charsets import decode
from answerable.core.text.fold import fold

MOST_CALLS = 5_000
SEPARATORS = ",;\t|"

# Left the name of ours; right how exchanges (Asterisk, 3CX, FreeSWITCH and others) head the same column, folded.
NAMES: Mapping[str, str] = {
    "call": "call callid uniqueid uuid calluuid id linkedid",
    "direction": "direction dir calldirection",
    "from": "from caller src fromnumber callernumber callerid ani callingnumber",
    "name": "name callername fromname",
    "to": "to called dst tonumber callednumber destination dnis line did",
    "started": "started start starttime startedat calldate startstamp begin",
    "answered": "answered answer answertime answeredat answerstamp",
    "ended": "ended end endtime endedat endstamp hangup",
    "waited": "waited wait waiting waitseconds waitingseconds waittime queuetime holdtime ringing",
    "talked": "talked talk talktime talkseconds billsec",
    "abandoned": "abandoned abandonedcall missed",
    "outcome": "outcome disposition callstatus status",
    "agent": "agent agentname answeredby user",
    "recording": "recording recordingurl recordingfile recordurl",
    "consent": "consent recordingconsent agreed",
    "summary": "summary note notes comment description",
    "language": "language lang",
    "product": "product",
    "person_namespace": "personnamespace",
    "person_value": "personvalue",
    "person_display": "persondisplay",
}
KNOWN: Mapping[str, str] = {alias: name for name, aliases in NAMES.items() for alias in aliases.split()}


@dataclass(frozen=True)
class Row:
    """One call as it was written; `number` is its line, or its place in the list. `wrong` is why it cannot be read."""

    number: int
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Invalid | None = None


def rows(body: bytes) -> Sequence[Row]:
    """Every call in these bytes. Raises `Unreadable` where nothing in them is one."""
    text = decode(body).lstrip("\ufeff")
    found = list(_of_json(text)) if text.lstrip()[:1] in {"{", "["} else list(_of_table(text))
    if not found:
        raise Unreadable("There is no call in it. Its bytes are kept.")
    return found


def _of_json(text: str) -> Iterator[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON that can be read. Its bytes are kept.") from error
    if isinstance(told, dict):
        told = told.get("calls", [told])
    if not isinstance(told, list):
        raise Unreadable("“calls” is not a list. Its bytes are kept.")
    _not_too_many(len(told))
    for number, each in enumerate(told, start=1):
        yield _of_object(number, each)


def _of_object(number: int, told: Any) -> Row:
    if not isinstance(told, dict):
        return Row(number, wrong=Invalid("It is not an object with the fields of a call."))
    values: dict[str, str] = {}
    for name, value in told.items():
        if isinstance(value, dict | list):
            return Row(number, wrong=Invalid("One of its fields holds more than one value."))
        if value is not None and (known := KNOWN.get(_folded(name))):
            values[known] = str(value).strip()
    return Row(number, values)


def _of_table(text: str) -> Iterator[Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=_separator(lines[0]))
    names = _heading(reader)
    count = 0
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(number, wrong=Invalid("It does not end: a quotation mark is not closed, or a field is too long."))
            continue
        if any(cell.strip() for cell in cells):
            count += 1
            _not_too_many(count)
            yield _of_line(number, names, cells)


def _separator(heading: str) -> str:
    """The sign that parts the headings; spreadsheets write what is usual in their country."""
    return max(SEPARATORS, key=heading.count)


def _heading(reader: Iterator[list[str]]) -> list[str]:
    try:
        names = [KNOWN.get(_folded(cell), "") for cell in next(reader)]
    except (StopIteration, csv.Error):
        names = []
    if "started" not in names:
        raise Unreadable(
            "The first line does not name the columns of a list of calls: there is no “started”. Its bytes are kept."
        )
    return names


def _of_line(number: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        wrong = Invalid("It has %(cells)s fields; the first line names %(names)s.", cells=len(cells), names=len(names))
        return Row(number, wrong=wrong)
    # A column that is named twice tells the first time.
    values: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            values.setdefault(name, cell.strip())
    return Row(number, values)


def _folded(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter.isalnum())


def _not_too_many(count: int) -> None:
    if count > MOST_CALLS:
        raise Unreadable(
            f"It holds more than {MOST_CALLS} calls. Nothing of it was taken; its bytes are kept. Part it."
        )
