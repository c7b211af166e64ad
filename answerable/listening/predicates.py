"""From the tree of a query to a function that says whether a post matches. A tree of closures: nothing is evaluated as code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answerable.listening.posts import Heard, positions
from answerable.listening.spelling import Pair
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word

Predicate = Callable[[Heard], bool]
Span = tuple[int, int]
"""First and last place of something in the sequence of words."""


def predicate(node: Node) -> Predicate:  # noqa: PLR0911 - one for each sort
    match node:
        case And(parts):
            return _all([predicate(each) for each in parts])
        case Or(parts):
            return _any([predicate(each) for each in parts])
        case Not(part):
            refused = predicate(part)
            return lambda heard: not refused(heard)
        case Word(word):
            return lambda heard: word in heard.words
        case Phrase(words):
            return _phrase(words)
        case Prefix(stem):
            return lambda heard: any(word.startswith(stem) for word in heard.reading.words)
        case Exact():
            return _exact(node)
        case Fact(name, value):
            return _fact(name, value)
        case Near(left, right, most):
            return lambda heard: bool(_near(heard, left, right, most))


def _all(parts: Sequence[Predicate]) -> Predicate:
    return lambda heard: all(each(heard) for each in parts)


def _any(parts: Sequence[Predicate]) -> Predicate:
    return lambda heard: any(each(heard) for each in parts)


def _phrase(words: tuple[str, ...]) -> Predicate:
    if len(words) == 2:
        pair: Pair = (words[0], words[1])
        return lambda heard: pair in heard.reading.pairs
    needed = frozenset(words)
    return lambda heard: needed <= heard.words and bool(positions(heard, words))


def _exact(node: Exact) -> Predicate:
    wanted, count = [*node.words], len(node.words)

    def found(heard: Heard) -> bool:
        said = heard.exact if node.minds_capitals else [word.lower() for word in heard.exact]
        return any(said[place : place + count] == wanted for place in range(len(said) - count + 1))

    return found


def _fact(name: str, value: str) -> Predicate:
    if name == "lang":
        return lambda heard: heard.language == value or heard.language.startswith(f"{value}-")
    if name == "channel":
        return lambda heard: heard.channel == value
    key = f"{name}:{value}"
    return lambda heard: key in heard.words


def _near(heard: Heard, left: Node, right: Node, most: int) -> list[Span]:
    """Stretches that hold both sides with fewer than `most` words between; the sides do not share a word."""
    return [
        (min(one[0], other[0]), max(one[1], other[1]))
        for one in spans(heard, left)
        for other in spans(heard, right)
        if 0 < other[0] - one[1] <= most or 0 < one[0] - other[1] <= most
    ]


def spans(heard: Heard, node: Node) -> list[Span]:
    """Where in the sequence of words something stands; for what may stand on a side of NEAR."""
    match node:
        case Word(word):
            return [(place, place) for place in heard.places.get(word.lstrip("#@"), ())] if word in heard.words else []
        case Phrase(words):
            return [(place, place + len(words) - 1) for place in positions(heard, words)]
        case Prefix(stem):
            return [(place, place) for word in heard.places if word.startswith(stem) for place in heard.places[word]]
        case Or(parts):
            return [each for part in parts for each in spans(heard, part)]
        case Near(left, right, most):
            return _near(heard, left, right, most)
        case _:
            return []
