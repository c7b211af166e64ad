"""Saved queries of other listening tools, brought in from a file: looked at first, kept only where they can be read.

Taken are tables (CSV, with commas, semicolons or tabs) with a column for the name and one for the query as Brandwatch,
Meltwater and others head them, and lines of JSON with `name` and `query`. What another tool writes in its own way is written
in ours: notes between `<<<` and `>>>` go, `{Word}` minds capitals, `hashtags:` and `at_mentions:` become `#` and `@`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.models import Team, User
from answerable.listening import estimating, saving
from answerable.listening.models import Query
from answerable.listening.parsing import parse
from answerable.listening.spelling import Spelling

LARGEST = 2_000_000
MOST = 500
NAMES = ("name", "query name", "queryname", "search name", "title", "search")
QUERIES = (
    "query",
    "boolean",
    "boolean query",
    "booleanquery",
    "search string",
    "query string",
    "keywords",
    "included terms",
)
NOTE = re.compile(r"<<<.*?>>>", re.DOTALL)
MINDS_CAPITALS = re.compile(r"\{([^{}\n]{1,200})\}")
SIGNED = (
    (re.compile(r"\bhashtags?:\s*#?(?=\w)", re.IGNORECASE), "#"),
    (re.compile(r"\bat_mentions?:\s*@?(?=\w)", re.IGNORECASE), "@"),
)
SMALL = re.compile(r"(?<=\s)(and not|and|or|not|near/\d+f?)(?=[\s(])")
"""Operators that another tool lets be written small; taken so only where a query has none written large."""
LARGE = re.compile(r"(?<=\s)(AND|OR|NOT|NEAR)\b")


@dataclass(frozen=True)
class Line:
    """One query of a file: as it was, as it would be kept, and why it cannot be, where it cannot."""

    name: str
    original: str
    text: str
    refusal: HouseError | None = None


def look_at(body: str, spelling: Spelling) -> list[Line]:
    """What a file would bring. Raises `Invalid` for one in which nothing is found. A question."""
    if len(body) > LARGEST:
        raise Invalid("The file is too large. Nothing was kept. Part it into several.", "file")
    rows = [*_rows(body.lstrip("\ufeff"))]
    if not rows:
        raise Invalid(
            "No query was found in it. Nothing was kept. It needs a column “name” and a column “query”, or lines of JSON"
            " with both.",
            "file",
        )
    if len(rows) > MOST:
        raise Invalid("At most %(most)d queries are taken at once. Nothing was kept.", "file", most=MOST)
    return [_line(name, query, spelling) for name, query in rows]


def take(lines: Sequence[Line], *, team: Team, holder: User, by: Viewer) -> list[Line]:
    """Keep what can be read; returns the lines with the refusal of each that was not kept. All are on at once."""
    by.require(Right.MANAGE_RULES)
    saving.there_is_room(by=by, more=sum(each.refusal is None for each in lines))
    taken = set(Query.objects.filter(workspace_id=by.workspace_id).values_list("name", flat=True))
    done = []
    for line in lines:
        refusal = line.refusal or _already(line.name, taken)
        try:
            if refusal is None:
                saving.bring(name=line.name, text=line.text, team=team, holder=holder, by=by)
                taken.add(line.name)
        except Invalid as invalid:
            refusal = invalid
        done.append(Line(line.name, line.original, line.text, refusal))
    return done


def in_our_words(query: str) -> str:
    """A query of another tool, written as ours are."""
    text = MINDS_CAPITALS.sub(lambda match: f'exact:"{match[1]}"', NOTE.sub(" ", query))
    for pattern, sign in SIGNED:
        text = pattern.sub(sign, text)
    if not LARGE.search(text):
        text = SMALL.sub(lambda match: match[0].upper().replace("F", "f"), text)
    return " ".join(text.split())


def _already(name: str, taken: set[str]) -> HouseError | None:
    return (
        Conflict("There is a query of this name already. Nothing was kept. Choose another.") if name in taken else None
    )


def _line(name: str, query: str, spelling: Spelling) -> Line:
    text = in_our_words(query)
    try:
        estimating.check_words(parse(text, spelling))
    except Invalid as refusal:
        return Line(name, query, text, refusal)
    return Line(name, query, text)


def _rows(body: str) -> Iterator[tuple[str, str]]:
    found = _objects(body) if body.lstrip()[:1] == "{" else _table(body)
    for number, row in enumerate(found, 1):
        facts = {name.strip().lower(): value for name, value in row.items()}
        query = next((facts[each] for each in QUERIES if facts.get(each, "").strip()), "")
        name = next((facts[each] for each in NAMES if facts.get(each, "").strip()), "")
        if query:
            yield " ".join(name.split())[:80] or f"Query {number}", query


def _objects(body: str) -> Iterator[Mapping[str, str]]:
    for line in filter(str.strip, body.splitlines()):
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if isinstance(told, dict):
            yield {str(name): value for name, value in told.items() if isinstance(value, str)}


def _table(body: str) -> Iterator[Mapping[str, str]]:
    head = body.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    try:
        for row in csv.DictReader(io.StringIO(body), delimiter=mark):
            yield {str(name): value for name, value in row.items() if isinstance(value, str)}
    except csv.Error:
        return
