"""How much a query would find in a day, and what: asked of the sample of the past days before the query is saved.

1. Whole days count; today only where there is no other. Of each source and day the sample stands for all that went by.
2. The rate has an interval: Fay and Feuer's for weighted counts (1997), 95 %, the quantile of the gamma distribution by
   Wilson and Hilferty. Nothing found in a sample is not nothing found.
3. The sample knows nobody's name. A query that asks for one is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, floor, sqrt

from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.listening.glimpsing import DAYS
from answerable.listening.keys import keys
from answerable.listening.models import Choices, Glimpse, Passing
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.predicates import predicate
from answerable.listening.showing import Shown, show
from answerable.listening.spelling import Spelling
from answerable.listening.tree import And, Fact, Near, Node, Not, Or, Word

MOST_READ = 6_000
"""Posts of the sample that are read for one estimate."""
MOST_SHOWN = 10
WIDEST = 0.02
"""The largest part of all posts that one query may find: as much as an everyday word."""
ENOUGH = 500
"""Posts of a sample from which on it says that a query is too wide."""
SPREAD = 1.959964
NONE_FOUND = 3.688879
"""The upper limit, in posts, where none was found."""


@dataclass(frozen=True)
class Example:
    """A post that the query would have found, with the places that it asked for."""

    text: str
    channel: str
    at: datetime
    shown: Sequence[Shown]


@dataclass(frozen=True)
class Estimate:
    """`read` posts stand for `passed` of `days`; `found` of them match. `per_day` is None where nothing went by.

    `is_today` where only today's posts were there. `names` where the query asks for a name, which no sample can answer.
    """

    read: int = 0
    passed: int = 0
    days: int = 0
    found: int = 0
    per_day: float | None = None
    low: int = 0
    high: int = 0
    is_today: bool = False
    names: bool = False
    examples: Sequence[Example] = field(default=())

    @property
    def share(self) -> float:
        return self.found / self.read if self.read else 0.0


def estimate(text: str, *, viewer: Viewer, examples: int = MOST_SHOWN) -> Estimate:
    """What a query would find in a day. Raises `Misread` for one that cannot be taken. A question."""
    spelling = spelling_of(viewer)
    return of_tree(parse(text, spelling), spelling, viewer=viewer, examples=examples)


def of_tree(node: Node, spelling: Spelling, *, viewer: Viewer, examples: int = 0) -> Estimate:
    """As `estimate`, for a query that was read already. A question."""
    strata = _strata(viewer)
    fits, weighted, found = predicate(node), list[tuple[float, int]](), list[Glimpse]()
    for stratum in strata:
        matching = [each for each in stratum.posts if fits(Heard(_post(each), spelling))]
        weighted.append((stratum.passed / max(1, len(stratum.posts)), len(matching)))
        found += matching
    return _reckoned(node, strata, weighted, _examples(node, spelling, found, examples))


def check_width(node: Node, found: Estimate) -> None:
    """Raises `Invalid` for a query that would match nearly everything: by the sample, or where every key is a word of every day."""
    if found.read >= ENOUGH and found.share > WIDEST:
        raise Invalid(
            "This would find %(share)s of all posts, about %(posts)d a day. Nobody can read that. Nothing was kept."
            " Add a word that must be there too, or NEAR.",
            "text",
            share=f"{found.share:.0%}",
            posts=round(found.per_day or 0),
        )
    check_words(node)


def check_words(node: Node) -> None:
    """As `check_width`, where nothing is known but the query. A question."""
    everyday = keys(node, dict.fromkeys(EVERYDAY, 1_000))
    if everyday is not None and everyday <= EVERYDAY:
        raise Invalid(
            "Words that everybody writes all day are all that this asks for. Nothing was kept. Add a word of yours.",
            "text",
        )


def spelling_of(viewer: Viewer) -> Spelling:
    """How the workspace spells. A question."""
    choices = access.rows(Choices, viewer).first() or Choices()
    return Spelling(choices.protected, lookalikes=choices.lookalikes)


@dataclass(frozen=True)
class _Stratum:
    """The sample of one source and day, and how many posts it stands for."""

    day: date
    passed: int
    posts: Sequence[Glimpse]


def _strata(viewer: Viewer) -> list[_Stratum]:
    today = now().date()
    known = Passing.objects.filter(source__workspace_id=viewer.workspace_id, day__gte=today - timedelta(days=DAYS))
    whole = [each for each in known if each.day < today] or list(known)
    most = MOST_READ // max(1, len(whole))
    sample = access.rows(Glimpse, viewer).select_related("source").order_by("lot")
    found = [
        _Stratum(each.day, each.posts, list(sample.filter(source_id=each.source_id, day=each.day)[:most]))
        for each in whole
    ]
    return [each for each in found if each.posts]


def _post(glimpse: Glimpse) -> Post:
    return Post(glimpse.text, channel=glimpse.source.kind, language=glimpse.language)


def _reckoned(
    node: Node, strata: Sequence[_Stratum], weighted: Sequence[tuple[float, int]], examples: Sequence[Example]
) -> Estimate:
    names = _asks_for_names(node)
    if not strata:
        return Estimate(names=names)
    days = len({each.day for each in strata})
    low, high = _interval(weighted)
    return Estimate(
        read=sum(len(each.posts) for each in strata),
        passed=sum(each.passed for each in strata),
        days=days,
        found=sum(count for _, count in weighted),
        per_day=sum(weight * count for weight, count in weighted) / days,
        low=floor(low / days),
        high=ceil(high / days),
        is_today=strata[0].day == now().date(),
        names=names,
        examples=examples,
    )


def _interval(weighted: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Fay and Feuer: gamma distributions whose mean and variance are those of the weighted sum."""
    total = sum(weight * count for weight, count in weighted)
    variance = sum(weight**2 * count for weight, count in weighted)
    largest = max(weight for weight, _ in weighted)
    if not total:
        return 0.0, NONE_FOUND * largest
    low = variance / total * _gamma(total**2 / variance, -SPREAD)
    above, wide = total + largest, variance + largest**2
    return low, wide / above * _gamma(above**2 / wide, SPREAD)


def _gamma(shape: float, normal: float) -> float:
    """The quantile of the gamma distribution of scale 1 at that of a standard normal one (Wilson and Hilferty)."""
    return float(shape * max(0.0, 1 - 1 / (9 * shape) + normal / (3 * sqrt(shape))) ** 3)


def _examples(node: Node, spelling: Spelling, found: Sequence[Glimpse], most: int) -> list[Example]:
    newest = sorted(found, key=lambda each: each.at, reverse=True)[:most]
    return [Example(each.text, each.source.kind, each.at, show(node, _post(each), spelling)) for each in newest]


def _asks_for_names(node: Node) -> bool:
    return any(
        (isinstance(each, Fact) and each.name in {"from", "to"}) or (isinstance(each, Word) and each.word[0] == "@")
        for each in _leaves(node)
    )


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(parts) | Or(parts):
            for each in parts:
                yield from _leaves(each)
        case Not(part):
            yield from _leaves(part)
        case Near(left, right, _):
            yield from _leaves(left)
            yield from _leaves(right)
        case _:
            yield node


EVERYDAY = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "in",
        "is",
        "it",
        "you",
        "that",
        "for",
        "on",
        "are",
        "with",
        "as",
        "at",
        "be",
        "this",
        "have",
        "or",
        "by",
        "one",
        "had",
        "not",
        "but",
        "what",
        "all",
        "were",
        "when",
        "we",
        "there",
        "can",
        "your",
        "which",
        "do",
        "how",
        "if",
        "will",
        "each",
        "about",
        "out",
        "up",
        "then",
        "them",
        "so",
        "some",
        "would",
        "make",
        "like",
        "him",
        "into",
        "has",
        "look",
        "more",
        "go",
        "see",
        "no",
        "way",
        "could",
        "my",
        "than",
        "been",
        "who",
        "now",
        "did",
        "get",
        "come",
        "made",
        "may",
        "i",
        "me",
        "he",
        "she",
        "they",
        "his",
        "her",
        "was",
        "just",
        "from",
        "don",
        "t",
        "s",
        "im",
        "it's",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "de",
        "do",
        "da",
        "dos",
        "das",
        "em",
        "no",
        "na",
        "nos",
        "nas",
        "e",
        "que",
        "para",
        "por",
        "com",
        "se",
        "nao",
        "mais",
        "muito",
        "eu",
        "voce",
        "ele",
        "ela",
        "isso",
        "foi",
        "ser",
        "esta",
        "tem",
        "so",
        "ja",
        "vai",
        "mas",
        "ou",
        "quando",
        "como",
        "bom",
        "dia",
        "hoje",
        "i",
        "w",
        "na",
        "z",
        "ze",
        "do",
        "od",
        "za",
        "o",
        "u",
        "a",
        "ale",
        "to",
        "sie",
        "nie",
        "jest",
        "tak",
        "jak",
        "co",
        "ja",
        "ty",
        "on",
        "ona",
        "my",
        "wy",
        "oni",
        "mnie",
        "mi",
        "go",
        "jej",
        "ich",
        "juz",
        "tez",
        "tylko",
        "bo",
        "czy",
        "dzien",
        "dobry",
        "dzis",
    ]
)
"""Folded words that nobody can mean alone, in English, Portuguese and Polish."""
