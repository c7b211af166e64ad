"""`python -m tests.fuzz.saved_queries --posts 100000 --queries 2000`: the matcher against trying everything, one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from random import Random

from answerable.listening.lexing import Misread
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard
from answerable.listening.tallying import Tally
from answerable.listening.tests.obvious import SPELLING, a_post, a_query, matches
from answerable.listening.tree import Node


def differences(*, posts: int, queries: int, seed: int) -> Iterator[str]:
    """A sentence for each post whose lists differ. Queries are filed anew on the way, as they are in a stream."""
    chance = Random(seed)
    nodes = [*_nodes(chance, queries)]
    matcher, tally = Matcher[int](), Tally()
    for number, node in enumerate(nodes):
        matcher.add(number, node)
    for _ in range(posts):
        post = a_post(chance)
        heard = Heard(post, SPELLING)
        found = sorted(matcher.match(heard))
        wanted = [number for number, node in enumerate(nodes) if matches(node, post)]
        if found != wanted:
            yield f"{post}: found {found}, wanted {wanted}"
        tally.count(heard)
        if tally.is_due:
            tally.refile(matcher)


def _nodes(chance: Random, count: int) -> Iterator[Node]:
    made = 0
    while made < count:
        try:
            yield parse(a_query(chance), SPELLING)
        except Misread:
            continue
        made += 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.saved_queries")
    parser.add_argument("--posts", type=int, default=2_500)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for sentence in differences(posts=options.posts, queries=options.queries, seed=options.seed):
        wrong += 1
        print(sentence)
    print(f"{options.posts:,} posts with {options.queries:,} queries: {wrong} differ.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
