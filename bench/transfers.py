"""How many transfers 64 people make in a second, on 10,000 cases, each on a connection of their own."""

from __future__ import annotations

from answerable.testing import crowd
from bench.figures import Figure

PROCESSES = 4


def measure(*, cases: int, people: int, seconds: float) -> list[Figure]:
    workspace_id = crowd.furnish(cases=cases, people=people)
    outcome = crowd.gather(workspace_id, cases=cases, people=people, processes=PROCESSES, seconds=seconds)
    wrong = {**outcome.seen, **crowd.faults()}
    retried, given_up = outcome.acts["deadlock retried"], outcome.acts["deadlock given up"]
    note = (
        f"offers ended; with takes and offers {outcome.committed / outcome.seconds:.0f} acts/s; {outcome.acts['told']} came second;"
        f" {retried} deadlocks retried, {given_up} given up; watched {outcome.glances} times, wrong: {wrong or 'nothing'}"
    )
    name = f"Transfers per second, {people} workers, {cases:,} cases"
    return [Figure(name, outcome.transfers, "/s", note=note)]
