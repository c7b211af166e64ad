"""`python -m tests.crash --rounds 200 --seed 1`: the real house, real mail, and kill -9 at random moments."""

from __future__ import annotations

import argparse
import os
import sys

from answerable.house import processes
from answerable.house import state as states
from tests.crash.house import Crashing
from tests.crash.sink import Sink, open_sink


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kills the house and counts.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    processes.leave_when_asked()
    for name in states.NAMES:
        os.environ.pop(name, None)  # whoever runs the tests has a house of their own; this one has another
    house = Crashing()
    with open_sink() as sink:
        house.start()
        try:
            house.wait()
            holds = _run(house, sink, options.rounds, options.seed)
        finally:
            house.end()
    if holds:
        house.forget()
    else:
        print(f"Kept for whoever looks into it: {house.state.home}")
    return 0 if holds else 1


def _run(house: Crashing, sink: Sink, rounds: int, seed: int) -> bool:
    """Only a house that runs has the settings which our models want to see before they are imported."""
    os.environ.update(states.environment(house.state), DJANGO_SETTINGS_MODULE="answerable.house.settings")
    import django

    django.setup()
    from tests.crash.rounds import run

    return run(house, sink, rounds, seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
