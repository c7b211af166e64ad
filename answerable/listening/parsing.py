"""Reading a query as a community manager writes it.

    velorin OR #velorin        "fell asleep"          (invoice OR bill) AND NOT spam        -giveaway
    glimo NEAR/5 battery       aler*                  from:@kamil  to:@care  lang:pl  channel:bluesky       exact:łaska

Words that stand side by side must all be there. NOT binds closest, then NEAR, AND, OR. Operators are written large; small
they are words. The boolean writing of other tools is read too: ANDNOT, `"a b"~5`, NEAR/5f, author:, raw:.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answerable.listening.keys import is_too_broad
from answerable.listening.lexing import Misread, Piece, Sort, pieces
from answerable.listening.spelling import Spelling
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word

FARTHEST = 30
USUAL = 5
SHORTEST_STEM = 3
DEEPEST = 40
FACTS = {"from": "from", "author": "from", "to": "to", "lang": "lang", "language": "lang", "channel": "channel"}
PLAIN = {"text", "raw", "title", "content"}
BEGINS = frozenset({Sort.OPEN, Sort.QUOTED, Sort.BARE, Sort.NOT})


def parse(query: str, spelling: Spelling | None = None) -> Node:
    """The tree of a query. Raises `Misread` with the place, and with a mend where one is likely."""
    reader = _Reader(query, spelling or Spelling())
    node = reader.whole()
    if is_too_broad(node):
        raise Misread(
            "This would match everything that anybody says, or all but a little. Add a word, a phrase, a tag or a name"
            " that must be there.",
            0,
            len(query),
        )
    return node


class _Reader:
    """One pass over the pieces, by recursive descent: a method for each level of binding, the loosest first."""

    def __init__(self, query: str, spelling: Spelling) -> None:
        self.query, self.spelling = query, spelling
        self.pieces = pieces(query)
        self.at, self.depth = 0, 0

    def whole(self) -> Node:
        if not self.pieces:
            raise Misread("There is no word in this query. Write what you want to hear of.", 0, len(self.query))
        node = self._or()
        if self._next() is not None:
            place = self.pieces[self.at]
            mend = self.query[: place.start] + self.query[place.end :]
            raise Misread("This bracket closes nothing.", place.start, place.end, mend=mend.strip())
        return node

    def _or(self) -> Node:
        return self._several(Sort.OR, self._and, Or)

    def _and(self) -> Node:
        parts = [self._near()]
        while (piece := self._next()) is not None and (piece.sort is Sort.AND or piece.sort in BEGINS):
            if piece.sort is Sort.AND:
                self.at += 1
            parts.append(self._near())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _several(self, sort: Sort, below: Callable[[], Node], made: Callable[[tuple[Node, ...]], Node]) -> Node:
        parts = [below()]
        while (piece := self._next()) is not None and piece.sort is sort:
            self.at += 1
            parts.append(below())
        return parts[0] if len(parts) == 1 else made(tuple(parts))

    def _near(self) -> Node:
        node = self._not()
        while (piece := self._next()) is not None and piece.sort is Sort.NEAR:
            self.at += 1
            right, most = self._not(), piece.number or USUAL
            if not 1 <= most <= FARTHEST:
                mend = f"{self.query[: piece.start]}NEAR/{FARTHEST}{self.query[piece.end :]}"
                raise Misread(
                    "NEAR reaches from 1 to %(most)s words.", piece.start, piece.end, mend=mend, most=FARTHEST
                )
            if not _has_a_place(node) or not _has_a_place(right):
                raise Misread(
                    "NEAR stands between words, phrases, or words in brackets with OR.", piece.start, piece.end
                )
            node = Near(node, right, most)
        return node

    def _not(self) -> Node:
        piece = self._next()
        if piece is not None and piece.sort is Sort.NOT:
            self.at += 1
            return Not(self._not())
        return self._one()

    def _one(self) -> Node:
        piece = self._next()
        if piece is None or piece.sort not in BEGINS:
            raise self._missing(piece)
        self.at += 1
        if piece.sort is Sort.OPEN:
            return self._bracket(piece)
        return self._leaf(piece)

    def _bracket(self, opened: Piece) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Misread("Brackets go at most %(most)s deep.", opened.start, opened.end, most=DEEPEST)
        node, closing = self._or(), self._next()
        if closing is None:
            raise Misread("Nothing closes this bracket.", opened.start, opened.end, mend=f"{self.query.rstrip()})")
        self.at, self.depth = self.at + 1, self.depth - 1
        return node

    def _leaf(self, piece: Piece) -> Node:
        field, text = piece.field, piece.text.strip()
        if field in FACTS:
            return self._fact(FACTS[field], text, piece)
        if field == "exact":
            plain = self._words(self.spelling.read(text).sequence, piece)
            return Exact(tuple(self.spelling.exact(text)), plain)
        if field and field not in PLAIN:
            mend = f"{self.query[: piece.start]}{text}{self.query[piece.end :]}"
            raise Misread("Nobody here knows “%(name)s:”.", piece.start, piece.end, mend=mend, name=field)
        if piece.sort is Sort.QUOTED and piece.number:
            return self._loose(text, piece)
        if piece.sort is Sort.BARE and text.endswith("*"):
            return self._prefix(text[:-1], piece)
        return self._text(text, piece)

    def _fact(self, name: str, text: str, piece: Piece) -> Node:
        value = self.spelling.folded(text).strip().lstrip("@")
        if not value:
            raise Misread("Say after “%(name)s:” whom or what you mean.", piece.start, piece.end, name=piece.field)
        return Fact(name, value)

    def _prefix(self, text: str, piece: Piece) -> Node:
        *words, stem = self._words(self.spelling.read(text).sequence, piece)
        if len(stem) < SHORTEST_STEM or words:
            raise Misread(
                "Before * stand at least %(least)s letters of one word.", piece.start, piece.end, least=SHORTEST_STEM
            )
        return Prefix(stem)

    def _loose(self, text: str, piece: Piece) -> Node:
        """Phrases of other tools whose words may stand apart (`"a b"~5`)."""
        first, *others = (Word(each) for each in self._words(self.spelling.read(text).sequence, piece))
        node: Node = first
        for each in others:
            node = Near(node, each, min(piece.number, FARTHEST))
        return node

    def _text(self, text: str, piece: Piece) -> Node:
        reading = self.spelling.read(text)
        words = self._words(reading.sequence, piece)
        if len(words) == 1:
            signed = text[0] in "#@" and piece.sort is Sort.BARE
            return Word(text[0] + words[0] if signed else words[0])
        together = reading.joined
        phrase = Phrase(words)
        return Or((phrase, Word(together[0]))) if together is not None and len(together) == 1 else phrase

    def _words(self, found: Sequence[str], piece: Piece) -> tuple[str, ...]:
        if not found:
            raise Misread("There is no word here that can be sought.", piece.start, piece.end)
        return tuple(found)

    def _missing(self, piece: Piece | None) -> Misread:
        before = self.pieces[self.at - 1] if self.at else None
        if before is not None and before.sort in {Sort.AND, Sort.OR, Sort.NOT, Sort.NEAR}:
            mend = f"{self.query[: before.start].rstrip()}{self.query[before.end :]}".strip()
            return Misread(
                "Something to seek is missing after %(operator)s.",
                before.start,
                before.end,
                mend=mend,
                operator=before.text,
            )
        if piece is None:
            return Misread("Something to seek is missing at the end.", len(self.query), len(self.query))
        if piece.sort is Sort.CLOSE:
            return Misread("There is nothing in this bracket.", piece.start, piece.end)
        mend = f"{self.query[: piece.start]}{self.query[piece.end :].lstrip()}".strip()
        return Misread(
            "Something to seek is missing before %(operator)s.", piece.start, piece.end, mend=mend, operator=piece.text
        )

    def _next(self) -> Piece | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None


def _has_a_place(node: Node) -> bool:
    """Only what stands somewhere in the text can be near something."""
    if isinstance(node, Or):
        return all(_has_a_place(each) for each in node.parts)
    return isinstance(node, Word | Phrase | Prefix | Near)
