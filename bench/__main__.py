"""`python -m bench`: one run, every figure with its aim."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from answerable.house.state import State
from bench import house
from bench.figures import Figure

NAMES = (
    "memory",
    "live",
    "filing",
    "transfers",
    "inbox",
    "case",
    "matching",
    "search",
    "clocks",
    "listening",
    "detecting",
)


@dataclass(frozen=True)
class Size:
    """How much of everything. The quick one proves that the measuring works and says nothing about speed."""

    cases: tuple[int, ...]
    mails: int
    listeners: int
    settle: float
    rounds: int
    crowd: tuple[int, int, float] = (10_000, 64, 30.0)
    open_cases: int = 100_000
    matched: int = 500_000
    posts: int = 20_000
    queries: tuple[int, ...] = (1_000, 10_000, 100_000)


FULL = Size((1_000, 100_000, 1_000_000), 2_000, 500, 20.0, 200)
QUICK = Size((100, 1_000, 10_000), 100, 20, 2.0, 10, (100, 8, 2.0), 1_000, 5_000, 500, (10, 100, 1_000))


def main() -> int:
    options = _options()
    size, begin = QUICK if options.quick else FULL, time.monotonic()
    figures = []
    with house.installed() as state:
        for figure in _measured(state, size, options.only or NAMES):
            print(figure, flush=True)
            figures.append(figure)
    missed = sum(figure.met is False for figure in figures)
    print(f"\n{len(figures)} figures in {(time.monotonic() - begin) / 60:.1f} minutes, {missed} short of their aim.")
    return 0


def _measured(state: State, size: Size, names: Sequence[str]) -> Iterator[Figure]:
    """In this order: the idle house first, while it is empty, and the tables from small to large."""
    from bench import (
        bulk,
        clocks,
        detecting,
        filing,
        listening,
        live,
        matching,
        memory,
        pages,
        people,
        search,
        transfers,
    )

    world = people.make_world()
    parts: dict[str, Callable[[], list[Figure]]] = {
        "memory": lambda: memory.measure(state, settle=size.settle),
        "live": lambda: live.measure(world, listeners=size.listeners),
        "filing": lambda: filing.measure(world, count=size.mails),
        "transfers": lambda: transfers.measure(cases=size.crowd[0], people=size.crowd[1], seconds=size.crowd[2]),
        "inbox": lambda: pages.measure(state, world, sizes=size.cases, rounds=size.rounds),
        "case": lambda: pages.measure_case(world, rounds=size.rounds // 2),
        "clocks": lambda: clocks.measure(state, world, count=size.open_cases, rounds=size.rounds),
        "matching": lambda: matching.measure(world, rounds=size.rounds * 3),
        "detecting": lambda: detecting.measure(posts=size.posts),
        "listening": lambda: listening.measure(posts=size.posts, sizes=size.queries),
        "search": lambda: search.measure(world, size=size.cases[-1], rounds=max(1, size.rounds // 25)),
    }
    for name in NAMES:
        if name in names:
            print(f"... {name}", file=sys.stderr, flush=True)
            if name in ("matching", "search"):
                bulk.grow(state, world, size.matched if name == "matching" else size.cases[-1])
            yield from parts[name]()
            if name == "search":
                print(*search.plans(world, size=size.cases[-1]), sep="\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what the desk can carry.")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size, to see that it works")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
