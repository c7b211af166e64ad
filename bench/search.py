"""Search over a million messages: rare, common, two and beginning words, for people who see little, much and all."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.cases import queries
from answerable.core import viewers
from answerable.core.access import Viewer
from bench import house
from bench.asking import Browser
from bench.figures import Figure, timed
from bench.people import World, signed_in
from bench.words import Words

AIM = 150
LOOKERS = ("agent of the smallest team", "agent of the largest team", "lead who sees all")


def measure(world: World, *, size: int, rounds: int) -> list[Figure]:
    figures = []
    asked = _asked(size)
    with house.pages() as port:
        for name in LOOKERS:
            browser = Browser(port, signed_in(world.viewers[name]))
            times = {
                sort: browser.times([f"/search?q={each}" for each in words], rounds) for sort, words in asked.items()
            }
            slowest = max(times, key=lambda sort: max(times[sort]))
            note = f"slowest sort: {slowest}, {max(times[slowest]):.0f} ms"
            together = [each for sort in times.values() for each in sort]
            figures.append(timed(f"Search, {size:,} messages, {name}", together, most=AIM, note=note))
    return figures


def plans(world: World, *, size: int) -> list[str]:
    """The line of each plan that says how the words were found."""
    told = []
    for name in LOOKERS:
        viewer = viewers.of_user(world.viewers[name])
        assert viewer is not None
        for sort, words in _asked(size).items():
            told.append(f"  {name}, {sort}: {_plan(viewer, words[0].replace('+', ' '))}")
    return told


def _asked(size: int) -> dict[str, list[str]]:
    """Words by their rank; three sentences a message make the tenth word stand in every fourth message."""
    word = Words(seed=5).all
    return {
        "a number": [f"AB{number}" for number in (size // 3, size // 2, size)],
        "rare words": [word[rank] for rank in (9_000, 14_000, 19_000)],
        "middling words": [word[rank] for rank in (100, 400, 1_500)],
        "the commonest words": [word[rank] for rank in (0, 3, 12)],
        "a common and a rare word": [f"{word[2]}+{word[12_000]}", f"{word[5_000]}+{word[0]}"],
        "two common words": [f"{word[1]}+{word[4]}", f"{word[8]}+{word[30]}"],
        "beginnings": [word[50][:2], word[6_000][:4], word[0][:1]],
    }


def _plan(viewer: Viewer, words: str) -> str:
    with CaptureQueriesContext(connection) as captured:
        queries.search(viewer, words)
    asked = next(each["sql"] for each in reversed(captured.captured_queries) if "@@" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {asked}")
        lines = [str(line).strip() for (line,) in cursor.fetchall()]
    found = [line for line in lines if "message_search" in line or ("Scan" in line and "message" in line)]
    took = next(line for line in lines if line.startswith("Execution Time"))
    return f"{(found or lines)[0]}; {took}"
