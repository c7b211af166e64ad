"""Under which keys a query is filed: every post that it can match has at least one of them.

AND takes its cheapest part, OR all of its parts, a phrase its rarest pair of neighbours, NOT and what only narrows
(language, channel) none. Cheap is what is rare: `counts` says in how many posts of late a key was, nothing being rarest.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from answerable.listening.spelling import Pair
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word

Stem = tuple[str]
Key = str | Pair | Stem
"""A word with its sign or a fact ("from:ada"), two neighbours, or the beginning of a word."""
Counts = Mapping[Key, int]

FILED_FACTS = frozenset({"from", "to"})
STEM_COSTS = 50
"""A beginning is taken for so many times commoner than a word of which nothing is known: it stands for many words."""


def keys(node: Node, counts: Counts) -> frozenset[Key] | None:  # noqa: PLR0911 - one for each sort
    """None where no key is sure: the query would have to be tried on every post."""
    match node:
        case Word(word):
            return frozenset({word})
        case Phrase(words) | Exact(_, words):
            return frozenset({min(pairwise(words), key=lambda pair: _cost(pair, counts), default=words[0])})
        case Prefix(stem):
            return frozenset({(stem,)})
        case Fact(name, value):
            return frozenset({f"{name}:{value}"}) if name in FILED_FACTS else None
        case Near(left, right, _):
            return _cheapest((left, right), counts)
        case And(parts):
            return _cheapest(parts, counts)
        case Or(parts):
            found = [keys(each, counts) for each in parts]
            return None if None in found else frozenset().union(*(each for each in found if each is not None))
        case Not():
            return None


def cost(found: frozenset[Key], counts: Counts) -> int:
    """How many posts of late had one of these keys."""
    return sum(_cost(each, counts) for each in found)


def is_too_broad(node: Node) -> bool:
    """True where no word, phrase, tag or name must be there."""
    return keys(node, {}) is None


def _cheapest(parts: tuple[Node, ...], counts: Counts) -> frozenset[Key] | None:
    known = [found for each in parts if (found := keys(each, counts)) is not None]
    return min(known, key=lambda each: cost(each, counts), default=None)


def _cost(key: Key, counts: Counts) -> int:
    """A pair is no commoner than the rarer of its words."""
    if isinstance(key, tuple) and len(key) == 2:
        return counts.get(key, min(counts.get(word, 1) for word in key))
    return counts.get(key, STEM_COSTS if isinstance(key, tuple) else 1)
