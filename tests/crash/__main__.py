"""`python -m tests.crash --rounds 200 --seed 1`: the real house, real mail, and kill -9 at random moments."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from random import Random

from answerable.house import processes
from answerable.house import state as states
from tests.crash.house import PARTS, Crashing
from tests.crash.sink import Sink, open_sink

# What dies alone is away for seconds; the other two are there again at once and would be met too often.
WEIGHTS = (8, 12, 6, 2, 1)
PATIENCE = 120.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kills the house and counts.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    processes.leave_when_asked()
    house = Crashing()
    with open_sink() as sink:
        house.start()
        house.wait()
        try:
            holds = _run(house, sink, options.rounds, options.seed)
        finally:
            house.end()
    if holds:
        house.forget()
    else:
        print(f"Kept for whoever looks into it: {house.state.home}")
    return 0 if holds else 1


def _run(house: Crashing, sink: Sink, rounds: int, seed: int) -> bool:
    os.environ.update(states.environment(house.state), DJANGO_SETTINGS_MODULE="answerable.house.settings")
    import django

    django.setup()
    from tests.crash import balance, people
    from tests.crash.furnishing import furnish

    began = time.monotonic()
    world = furnish(house, sink, seed)
    stop, threads = people.busy(
        people.Customers(house, world.told, seed).write, people.Visitors(world.place, seed).post, world.agents.answer
    )
    kills = _kill(house, rounds, Random(seed))
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    house.wait()
    balance.settle(world)
    found = balance.weigh(world)
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


def _tell(world: object, found: object, kills: Counter[str], seconds: float) -> None:
    from tests.crash.balance import Balance, World

    assert isinstance(world, World)
    assert isinstance(found, Balance)
    from answerable.channels.sandbox.models import Post

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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
