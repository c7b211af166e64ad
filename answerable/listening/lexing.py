"""A query cut into its pieces, each with its place, in our own way of writing or in that of other listening tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from answerable.core.errors import Invalid

LONGEST = 20_000
"""Characters of one query."""
MOST = 2_000
"""Pieces of one query: the time that it costs grows with them."""


class Misread(Invalid):
    """A query that cannot be taken: where, as characters of the query from `start` to `end`, and how it might be meant.

    `mend` is the whole query as it was probably meant, or empty where nobody can know.
    """

    def __init__(self, template: str, start: int, end: int, *, mend: str = "", **facts: object) -> None:
        super().__init__(template, "query", **facts)
        self.start, self.end, self.mend = start, end, mend


class Sort(StrEnum):
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    QUOTED = "quoted"
    BARE = "bare"


@dataclass(frozen=True)
class Piece:
    """One piece. `field` is what stands before a colon (`from`, `exact`), `number` the distance of a NEAR, 0 where none is said."""

    sort: Sort
    text: str
    start: int
    end: int
    field: str = ""
    number: int = 0


QUOTES = '"“”„«»'
PIECE = re.compile(
    rf"""\s*(?:
      (?P<paren>[()])
    | (?P<word>AND\s+NOT|ANDNOT|AND|OR|NOT)(?=[\s(){QUOTES}-]|$)
    | (?P<near>(?:NEAR|ONEAR|WITHIN)(?:/(?P<number>\d{{1,4}})f?)?)(?=[\s(){QUOTES}]|$)
    | (?P<minus>-)(?=[^\s-])
    | (?:(?P<field>[A-Za-z]{{2,12}}):)?[{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}](?:~(?P<slop>\d{{1,4}}))?
    | (?P<alone>[A-Za-z]{{2,12}}):(?=[\s()]|$)
    | (?:(?P<named>[A-Za-z]{{2,12}}):(?!//))?(?P<bare>[^\s(){QUOTES}]+)
    | (?P<open>[{QUOTES}])
    )""",
    re.VERBOSE,
)


def pieces(query: str) -> list[Piece]:
    """Raises `Misread` for a quotation mark that nothing ends, and for a query beyond measure."""
    if len(query) > LONGEST:
        raise Misread(
            "A query has at most %(most)s characters. Part it into several.", LONGEST, len(query), most=LONGEST
        )
    found = list(_cut(query))
    if len(found) > MOST:
        raise Misread(
            "A query has at most %(most)s words and signs. Part it into several.",
            found[MOST].start,
            len(query),
            most=MOST,
        )
    return found


def _cut(query: str) -> Iterator[Piece]:
    at, end = 0, len(query.rstrip())
    while at < end:
        match = PIECE.match(query, at)
        assert match is not None, "every sign begins some piece"
        yield from _piece(query, match)
        at = match.end()


def _piece(query: str, match: re.Match[str]) -> Iterator[Piece]:
    start, end = match.start() + len(match[0]) - len(match[0].lstrip()), match.end()
    if match["open"]:
        raise Misread("Nothing ends the quotation that begins here.", start, len(query), mend=f'{query.rstrip()}"')
    if match["paren"]:
        yield Piece(Sort(match["paren"]), match["paren"], start, end)
    elif match["word"]:
        words = match["word"].replace("ANDNOT", "AND NOT").split()
        yield from (Piece(Sort(word), word, start, end) for word in words)
    elif match["near"]:
        yield Piece(Sort.NEAR, match["near"], start, end, number=int(match["number"] or 0))
    elif match["minus"]:
        yield Piece(Sort.NOT, "-", start, end)
    elif match["quoted"] is not None:
        field, slop = (match["field"] or "").lower(), int(match["slop"] or 0)
        yield Piece(Sort.QUOTED, match["quoted"], start, end, field, slop)
    else:
        yield Piece(Sort.BARE, match["bare"] or "", start, end, (match["named"] or match["alone"] or "").lower())
