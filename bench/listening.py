"""Posts matched with saved queries: how many a second of one processor, and beside it the other ways to do it."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Sequence
from functools import cache

from answerable.listening.copies import Window
from answerable.listening.languages import Identifier
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling
from answerable.listening.stage import Stage
from answerable.listening.tree import Node
from bench import reverse
from bench.figures import Figure
from bench.reverse import seconds
from bench.sayings import Sayings

AIM, FASTER, ADDING = 25_000, 100, 1_000
MAIN = 10_000
"""So many queries have an aim; the others show how the cost grows."""
SPELLING = Spelling()
LANGUAGES = ("en", "pt", "pl")
WARM_UP = 5_000
"""Posts that do not count: models are read with the first that asks for them, and words are tallied."""


def measure(*, posts: int, sizes: Sequence[int]) -> list[Figure]:
    sayings = Sayings()
    lines = sayings.posts(posts)
    figures, costs = list[Figure](), dict[str, list[float]]()
    for sort in ("brand", "dense"):
        for size in sizes:
            texts = sayings.queries(sort, size)
            quick = _stage(lines, texts, sort)
            costs.setdefault(sort, []).append(1 / quick[0].value)
            figures += quick
            figures += _beside(lines, [parse(each, SPELLING) for each in texts], sort)
    return figures + [_growth(sort, sizes, each) for sort, each in costs.items()]


def _stage(lines: list[str], texts: list[str], sort: str) -> list[Figure]:
    size, queries = len(texts), [parse(each, SPELLING) for each in texts]
    stage = Stage[int](Matcher(), SPELLING)
    building = seconds(lambda: _fill(stage.matcher, queries))
    for line in lines[:WARM_UP]:
        stage.take(_post(line, _language), line)
    stage.window, matched = Window(), 0

    def pass_by() -> None:
        nonlocal matched
        matched = sum(bool(stage.take(_post(line, _language), number).queries) for number, line in enumerate(lines))

    rate = len(lines) / seconds(pass_by)
    share = f"{100 * matched / len(lines):.1f} % of the posts match; built in {building:.2f} s"
    aim = AIM if size == MAIN and sort == "brand" else None
    return [
        Figure(f"Posts through the whole stage, {size:,} {sort} queries", rate, "/s", least=aim, note=share),
        Figure("  a query added among them", _adding(stage.matcher, texts), "us", most=ADDING, note="read and filed"),
        Figure("  memory that they take", _memory(texts), "MB", note="every object of Python that the matcher holds"),
    ]


def _beside(lines: list[str], queries: list[Node], sort: str) -> list[Figure]:
    """The other ways on the same posts, and how many times as many are only read and matched by ours."""
    size, matcher = len(queries), Matcher[int]()
    _fill(matcher, queries)
    ours = len(lines) / seconds(lambda: [matcher.match(_heard(line)) for line in lines])
    slow = reverse.trying_every_query(_heard, lines[: max(5, 200_000 // size)], queries)
    automaton = reverse.aho_corasick(_heard, lines, queries)
    rows, some = reverse.Reverse(queries), lines[: max(reverse.BATCH, len(lines) // 10)]
    by_key, theirs = rows.by_key(_heard, some)
    same = theirs == {(number, each) for number, line in enumerate(some) for each in matcher.match(_heard(line))}
    by_scan = rows.by_scan(_heard, lines[: max(3, 100_000 // size)])
    aim = FASTER if size == MAIN and sort == "brand" else None
    found = "the same matches" if same else "OTHER MATCHES"
    return [
        Figure("  only parsed, read and matched", ours, "/s"),
        Figure("  times trying every query", ours / slow, "times", least=aim, note=f"{slow:,.0f}/s"),
        Figure("  a plain Aho-Corasick pass", automaton, "/s", note="seeks the filing words alone"),
        Figure("  PostgreSQL, queries filed by a word", by_key, "/s", note=f"by the wall, {found}"),
        Figure("  PostgreSQL, all queries scanned", by_scan, "/s", note="by the wall"),
    ]


def _growth(sort: str, sizes: Sequence[int], costs: Sequence[float]) -> Figure:
    told = ", ".join(f"{1e6 * cost:.1f} us at {size:,}" for size, cost in zip(sizes, costs, strict=True))
    name = f"Cost of a post, {sizes[-1]:,} {sort} queries against {sizes[0]:,}"
    return Figure(name, costs[-1] / costs[0], "times", note=told)


def _adding(matcher: Matcher[int], texts: list[str]) -> float:
    """Millionths of a second for one, where all of them are there already."""

    def add() -> None:
        for number, each in enumerate(texts[:500], 1):
            matcher.add(-number, parse(each, SPELLING))

    return seconds(add) / len(texts[:500]) * 1e6


def _memory(texts: list[str]) -> float:
    tracemalloc.start()
    matcher = Matcher[int]()
    _fill(matcher, [parse(each, SPELLING) for each in texts])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6


def _post(line: str, detect: Callable[[str], str] | None = None) -> Post:
    told = json.loads(line)
    return Post(told["text"], told["author"], detect=detect)


def _language(text: str) -> str:
    """Made-up words are of no language: they are asked about like all others, and then taken for one of ours, so that what
    hangs on the language is asked as well.
    """
    said = _identifier().language(text)
    return said if said in LANGUAGES else LANGUAGES[len(text) % len(LANGUAGES)]


@cache
def _identifier() -> Identifier:
    return Identifier(LANGUAGES)


def _heard(line: str) -> Heard:
    """Of no known language: no other way could ask for it."""
    return Heard(_post(line), SPELLING)


def _fill(matcher: Matcher[int], queries: Sequence[Node]) -> None:
    for number, node in enumerate(queries):
        matcher.add(number, node)
