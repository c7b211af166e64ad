"""People at work, the kills in between, and the balance in the end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random

from answerable.channels.sandbox.models import Post
from tests.crash import balance, people
from tests.crash.balance import Balance, World
from tests.crash.furnishing import furnish
from tests.crash.house import PARTS, Crashing
from tests.crash.sink import Sink

# What dies alone is away for seconds; the others are there again at once and would be met too often.
WEIGHTS = (8, 12, 6, 2, 2, 1)
PATIENCE = 120.0


def run(house: Crashing, sink: Sink, rounds: int, seed: int) -> bool:
    began = time.monotonic()
    world = furnish(house, sink, seed)
    customers, visitors = people.Customers(house, world.told, seed), people.Visitors(world.place, seed)
    stop, works = people.busy(customers.write, visitors.post, world.agents.answer)
    kills = _kill(house, rounds, Random(seed))
    stop.set()
    house.wait()
    troubles = [work.ended(within=PATIENCE) for work in works]
    balance.settle(world)
    found = balance.weigh(world)
    found.wrong += filter(None, troubles)
    _tell(world, found, kills, time.monotonic() - began)
    return found.holds


def _kill(house: Crashing, rounds: int, random: Random) -> Counter[str]:
    """One kill a round. A part that is just being started again is left in peace for another one."""
    kills: Counter[str] = Counter()
    while kills.total() < rounds:
        time.sleep(random.uniform(0.2, 4.0))
        house.look_after()
        parts = random.choices(PARTS, WEIGHTS, k=len(PARTS))
        part = next((part for part in parts if house.kill(part)), None)
        if part:
            kills[part] += 1
            print(f"{kills.total():4} {part}", file=sys.stderr, flush=True)
    return kills


def _tell(world: World, found: Balance, kills: Counter[str], seconds: float) -> None:
    posts = Post.objects.exclude(handle="").count()
    by_part = ", ".join(f"{part} {kills[part]}" for part in PARTS)
    print(
        f"rounds {kills.total()} (kill -9: {by_part}); mails accepted {len(world.told.mails)}, posts {posts}, "
        f"replies {len(world.told.replies)}; lost {len(found.lost)}, doubled {len(found.doubled)}; "
        f"unknown settled by hand {world.settled_by_hand}; {seconds:.0f} s"
    )
    for sort, marks in (("lost", found.lost), ("doubled", found.doubled), ("wrong", found.wrong)):
        for mark in marks[:20]:
            print(f"{sort}: {mark}")
