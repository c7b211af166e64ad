"""What is said with our words and yet not to us: spam, machines, giveaways, another meaning of a word.

Rules of thumb that a person can read, no model: `signs.toml` holds saved queries in the language of saved queries, each with
a weight and a name; a few signs are counted. Signs of one sort add up, and at its gate the post is set aside, with the
signs and the words that showed them. What another meaning of a query's word looks like is learned from people's verdicts
alone (`learning_asides`). Whether a post may be set aside at all is not asked here: on a page of ours it never may.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.showing import Shown, show
from answerable.listening.spelling import Spelling
from answerable.listening.tree import Node


class Sort(StrEnum):
    """Why a post is set aside."""

    SPAM = "spam"
    MACHINE = "machine"
    GIVEAWAY = "giveaway"
    OTHER_MEANING = "other_meaning"
    COPY = "copy"


GATE = 1.0
"""Where the signs of a sort are enough, unless people's verdicts moved it."""


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for a sort. `name` has its sentence in `sign_names`; `node` finds it, None where it is counted."""

    name: str
    sort: Sort
    weight: float
    node: Node | None = None


@dataclass(frozen=True)
class Evidence:
    """A sign that a post had: its name, what it weighs, and the words that show it."""

    name: str
    weight: float
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Aside:
    """A post is set aside: the sort, how far it is over the gate, and on what that stands."""

    sort: Sort
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Meaning:
    """The words by which another meaning of a query's word is known, each with its weight, and how much is enough."""

    words: Mapping[str, float] = field(default_factory=dict)
    gate: float = float("inf")


@dataclass(frozen=True)
class Learned:
    """What people's verdicts changed: the other meaning (of the query that found the post), and gates by sort."""

    meaning: Meaning = Meaning()
    gates: Mapping[str, float] = field(default_factory=dict)


NOTHING = Learned()


def judge(post: Post, heard: Heard, learned: Learned = NOTHING) -> Aside | None:
    """Why a post is not for us, with the most certain sort first; None for one that is to be read."""
    scores: dict[Sort, float] = {}
    found = [*_signs_of(post, heard)]
    for sign in found:
        scores[sign.sort] = scores.get(sign.sort, 0.0) + sign.weight
    over = {sort: score for sort, score in scores.items() if score >= learned.gates.get(sort, GATE)}
    if not over:
        return _other_meaning(heard, learned)
    sort = max(over, key=lambda each: over[each])
    return Aside(sort, over[sort], tuple(_evidence(each, post) for each in found if each.sort == sort))


def _signs_of(post: Post, heard: Heard) -> Iterator[Sign]:
    yield from _shelf().match(heard)
    yield from _counted(post, heard)


def _counted(post: Post, heard: Heard) -> Iterator[Sign]:
    text, counted = post.text, _COUNTED
    tags = text.count("#")
    if tags >= MANY_TAGS:
        yield counted["tags"]
    if text.count("@") >= MANY_HANDLES and len(_HANDLE.findall(text)) >= MANY_HANDLES:
        yield counted["handles"]
    if text.count("://") >= MANY_LINKS:
        yield counted["links"]
    if tags >= FEW_TAGS and 2 * tags >= len(heard.reading.sequence):
        yield counted["only_tags"]
    if post.author and _MACHINE.search(post.author):
        yield counted["machine"]


def _other_meaning(heard: Heard, learned: Learned) -> Aside | None:
    words = learned.meaning.words
    found = heard.reading.words & words.keys()
    score = sum(words[word] for word in found)
    if not found or score < learned.meaning.gate:
        return None
    places = Spelling().places(heard.post.text)
    shown = [
        Evidence(word, words[word], _where(word, places))
        for word in sorted(found, key=lambda each: (-words[each], each))
    ]
    return Aside(Sort.OTHER_MEANING, score, tuple(shown))


def _where(word: str, places: list[tuple[str, int, int]]) -> tuple[Shown, ...]:
    return tuple(Shown(start, end) for each, start, end in places if each.lstrip("#@") == word.lstrip("#@"))


def _evidence(sign: Sign, post: Post) -> Evidence:
    return Evidence(sign.name, sign.weight, tuple(show(sign.node, post, Spelling())) if sign.node else ())


@cache
def signs() -> tuple[Sign, ...]:
    """The signs that are sought by a query, read once."""
    told = tomllib.loads(files("answerable.listening").joinpath("signs.toml").read_text("utf-8"))
    spelling = Spelling()
    return tuple(
        Sign(each["name"], Sort(sort), each["weight"], parse(query, spelling))
        for sort, said in told.items()
        for each in said
        for query in each["queries"]
    )


class _Shelf:
    """The signs filed as queries are. A sign that several of its queries find counts once."""

    def __init__(self) -> None:
        self._signs, self._matcher = signs(), Matcher[int]()
        for number, sign in enumerate(self._signs):
            assert sign.node is not None
            self._matcher.add(number, sign.node)

    def match(self, heard: Heard) -> Iterator[Sign]:
        named: set[str] = set()
        for number in sorted(self._matcher.match(heard)):
            sign = self._signs[number]
            if sign.name not in named:
                named.add(sign.name)
                yield sign


@cache
def _shelf() -> _Shelf:
    return _Shelf()


MANY_TAGS, FEW_TAGS, MANY_HANDLES, MANY_LINKS = 8, 4, 6, 3
_HANDLE = re.compile(r"(?<!\w)@\w")
_MACHINE = re.compile(r"(?:^|[._-])bot(?:$|[._-])|bot$|_?(?:alerts|ticker|deals|coupons)$", re.IGNORECASE)
_COUNTED = {
    name: Sign(name, sort, weight)
    for name, sort, weight in (
        ("tags", Sort.SPAM, 0.6),
        ("handles", Sort.SPAM, 0.6),
        ("links", Sort.SPAM, 0.6),
        ("only_tags", Sort.SPAM, 0.5),
        ("machine", Sort.MACHINE, 0.7),
    )
}
