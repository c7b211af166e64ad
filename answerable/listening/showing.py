"""Why a post matched: the words of it that the query asked for, with their places in the original text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.listening.posts import Heard, Post
from answerable.listening.predicates import predicate, spans
from answerable.listening.spelling import Spelling
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word


@dataclass(frozen=True)
class Shown:
    """One piece of the reason: `start` and `end` count characters of the post's text, or a fact beside it (`from:ada`)."""

    start: int = 0
    end: int = 0
    fact: str = ""


def show(node: Node, post: Post, spelling: Spelling) -> list[Shown]:
    """What of a post a query asked for, in the order of the text; nothing where it does not match.

    Words that are found only joined (`e-mail` for email) are shown by their pieces.
    """
    heard = Heard(post, spelling)
    if not predicate(node)(heard):
        return []
    places = spelling.places(post.text)
    found = {each for leaf in _leaves(node, heard) for each in _shown(leaf, heard, places, spelling)}
    return sorted(found, key=lambda each: (each.start, each.end, each.fact))


def _leaves(node: Node, heard: Heard) -> Iterator[Node]:
    """The parts that stand in the post, and so made it match; what must not be there shows nothing."""
    if isinstance(node, Not) or not predicate(node)(heard):
        return
    if isinstance(node, And | Or):
        for each in node.parts:
            yield from _leaves(each, heard)
    else:
        yield node


def _shown(node: Node, heard: Heard, places: list[tuple[str, int, int]], spelling: Spelling) -> Iterator[Shown]:
    words = [spelling.bare(word) for word, _, _ in places]
    match node:
        case Fact(name, value):
            yield Shown(fact=f"{name}:{value}")
        case Word(word):
            yield from _where(places, [place for place, each in enumerate(words) if each == word.lstrip("#@")])
            yield from _joined(word, heard, spelling)
        case Prefix(stem):
            yield from _where(places, [place for place, each in enumerate(words) if each.startswith(stem)])
        case Exact(_, plain) | Phrase(plain):
            for start, end in spans(heard, Phrase(plain)):
                if end < len(places):
                    yield Shown(places[start][1], places[end][2])
        case Near():
            for start, end in spans(heard, node):
                if end < len(places):
                    yield Shown(places[start][1], places[start][2])
                    yield Shown(places[end][1], places[end][2])
        case _:
            return


def _where(places: list[tuple[str, int, int]], numbers: list[int]) -> Iterator[Shown]:
    return (Shown(places[number][1], places[number][2]) for number in numbers)


def _joined(word: str, heard: Heard, spelling: Spelling) -> Iterator[Shown]:
    """A hyphenated word that was sought in one: from its first piece to its last."""
    if heard.reading.joined is None or word not in heard.reading.joined:
        return
    places = spelling.places(heard.post.text)
    for first in range(len(places)):
        together = ""
        for last in range(first, min(first + 6, len(places))):
            together += spelling.bare(places[last][0])
            between = heard.post.text[places[last - 1][2] : places[last][1]] if last > first else "-"
            if between != "-" or not word.startswith(together):
                break
            if together == word and last > first:
                yield Shown(places[first][1], places[last][2])
