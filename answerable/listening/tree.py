"""What a query means: a tree of frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Word:
    """One folded word, also as a tag or a handle where it has its sign (`#zabka`, `@ada`)."""

    word: str


@dataclass(frozen=True)
class Phrase:
    """Folded words next to each other, in this order."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """Words that begin so."""

    stem: str


@dataclass(frozen=True)
class Exact:
    """Words as they are written: accents count, and capital letters do where the query has one. `plain` are they folded."""

    words: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def minds_capitals(self) -> bool:
        return any(word != word.lower() for word in self.words)


@dataclass(frozen=True)
class Fact:
    """What is known beside the text: `name` is from, to, lang or channel; `value` is folded and has no sign."""

    name: str
    value: str


@dataclass(frozen=True)
class Near:
    """Two words or phrases, in any order, with fewer than `most` words between them."""

    left: Node
    right: Node
    most: int


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    part: Node


Node = Word | Phrase | Prefix | Exact | Fact | Near | And | Or | Not


def outline(node: Node) -> dict[str, Any]:  # noqa: PLR0911 - one for each sort
    """The tree as plain values for JSON: each node an object with one key that names it."""
    match node:
        case And(parts):
            return {"and": [outline(each) for each in parts]}
        case Or(parts):
            return {"or": [outline(each) for each in parts]}
        case Not(part):
            return {"not": outline(part)}
        case Near(left, right, most):
            return {"near": {"within": most, "of": [outline(left), outline(right)]}}
        case Word(word):
            return {"word": word}
        case Phrase(words):
            return {"phrase": list(words)}
        case Prefix(stem):
            return {"prefix": stem}
        case Exact(words, _):
            return {"exact": list(words)}
        case Fact(name, value):
            return {name: value}
