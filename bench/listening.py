"""Posts matched with saved queries: how many a second of one processor, and beside it trying every query."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random

from answerable.core.moments import now
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.predicates import predicate
from answerable.listening.spelling import Spelling
from answerable.listening.tallying import Tally
from answerable.listening.tree import Node
from bench.figures import Figure

AIM, FASTER = 25_000, 100
WORDS = 200_000
SYLLABLES = [
    "ba",
    "ke",
    "lo",
    "mi",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "zy",
    "ga",
    "du",
    "po",
    "cha",
    "ner",
    "sto",
    "law",
    "fi",
]
ACCENTED = ["sé", "dję", "pó", "ław", "ção", "ñu"]
ACCENTS = 0.05
"""Of the words; then about four in ten posts are not plain ASCII, as in real streams."""
COMMON, RARE = 2_000, 6_400
"""Ranks of words: the first are common ones that narrow, from the second on a word is in fewer than two of ten thousand posts."""
SPELLING = Spelling()


def measure(*, posts: int, sizes: Sequence[int]) -> list[Figure]:
    """Generated posts with words by Zipf's law, eighty letters on the average; queries like those for brands."""
    chance = Random(5)
    words = _words(chance)
    lines = _posts(chance, words, posts)
    figures = []
    for size in sizes:
        queries = [parse(_query(chance, words), SPELLING) for _ in range(size)]
        figures += _one(lines, queries, size)
    return figures


def _one(lines: list[str], queries: list[Node], size: int) -> list[Figure]:
    matcher, tally = Matcher[int](), Tally()
    building = _seconds(lambda: _fill(matcher, queries))
    for line in lines[:3_000]:
        tally.count(_heard(line))
    tally.refile(matcher)
    matches = 0

    def pass_by() -> None:
        nonlocal matches
        matches = sum(len(matcher.match(_heard(line))) for line in lines)

    quick = len(lines) / _seconds(pass_by)
    some = lines[: max(5, 200_000 // size)]
    tried = [predicate(each) for each in queries]
    slow = len(some) / _seconds(lambda: [[check(heard) for check in tried] for heard in map(_heard, some)])
    adding = _seconds(lambda: _fill(Matcher[int](), queries[:500])) / 500 * 1000
    note = f"{matches / len(lines):.2f} matches a post; built in {building:.2f} s; a query added in {adding:.3f} ms"
    return [
        Figure(
            f"Posts parsed, read and matched, {size:,} queries",
            quick,
            "/s",
            least=AIM if size == 10_000 else None,
            note=note,
        ),
        Figure(
            "  by trying every query",
            quick / slow,
            "times",
            least=FASTER if size == 10_000 else None,
            note=f"{slow:,.0f}/s",
        ),
    ]


def _heard(line: str) -> Heard:
    told = json.loads(line)
    return Heard(Post(told["text"], told["author"]), SPELLING)


def _fill(matcher: Matcher[int], queries: Sequence[Node]) -> None:
    for number, node in enumerate(queries):
        matcher.add(number, node)


def _seconds(work: Callable[[], object]) -> float:
    """Of processor time: what else the machine does is not counted."""
    begin = time.process_time()
    work()
    return max(time.process_time() - begin, 1e-9)


def _posts(chance: Random, words: list[str], count: int) -> list[str]:
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    at = now().isoformat()
    return [
        json.dumps(
            {
                "text": " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(3, 17))),
                "author": f"@{chance.choice(words)}",
                "at": at,
            },
            ensure_ascii=False,
        )
        for _ in range(count)
    ]


def _query(chance: Random, words: list[str]) -> str:
    def brand() -> str:
        return words[chance.randint(RARE, len(words) - 1)]

    any_word = words[chance.randint(0, COMMON)]
    return chance.choice(
        [
            brand(), brand(), f'"{brand()} {any_word}"', f"#{brand()} OR @{brand()}", f"({brand()} OR {brand()}) -{any_word}",
            f"{brand()} NEAR/5 {any_word}", f"{brand()} AND ({any_word} OR {brand()}) AND NOT lang:pl", f"from:{brand()}",
        ]
    )  # fmt: skip


def _words(chance: Random) -> list[str]:
    found = dict[str, None]()
    while len(found) < WORDS:
        syllables = chance.choices(SYLLABLES, k=chance.randint(2, 5))
        found["".join(syllables) + (chance.choice(ACCENTED) if chance.random() < ACCENTS else "")] = None
    return [*found]
