"""Many people at the same cases at once: no case without a holder at any commit, none with two, no deadlock left."""

from __future__ import annotations

import pytest

from answerable.testing import crowd
from answerable.testing.committing import committed

__all__ = ["committed"]


def held(*, cases: int, people: int, processes: int, seconds: float, least: int) -> crowd.Outcome:
    workspace_id = crowd.furnish(cases=cases, people=people)
    outcome = crowd.gather(workspace_id, cases=cases, people=people, processes=processes, seconds=seconds, least=least)
    assert outcome.glances > 0
    assert not outcome.seen, outcome
    assert not outcome.acts["deadlock given up"]
    assert not crowd.faults()
    for act in ("take", "offer", "accept"):
        assert outcome.acts[act] > 0, (act, outcome)
    return outcome


def test_eight_who_work_on_twenty_cases_never_lose_one(committed: None) -> None:
    held(cases=20, people=8, processes=1, seconds=1, least=60)


@pytest.mark.peers
def test_sixty_four_who_work_on_ten_thousand_cases_never_lose_one(committed: None) -> None:
    outcome = held(cases=10_000, people=64, processes=4, seconds=30, least=40)
    for act in ("accept", "decline", "give_back", "withdraw", "release", "told"):
        assert outcome.acts[act], (act, outcome)
    print(f"{outcome.transfers:.0f} transfers a second; {dict(outcome.acts)}; watched {outcome.glances} times")  # noqa: T201
