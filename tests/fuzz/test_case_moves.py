"""Cases merged, split, linked and taken apart at random: a short run with each test run, a long one with the peers."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from answerable.testing.cast import Cast
from tests.fuzz.case_moves import STEPS, World

CHOICES = st.integers(min_value=0, max_value=999)


class Moves(RuleBasedStateMachine):
    """One sequence, rolled back at its end. At the end every link and every move is taken back, in a random order."""

    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.world = World(self.cast)
        self.holds = True

    @initialize()
    def two_letters(self) -> None:
        for choice in range(2):
            self.world.step("file", choice)

    @rule(name=st.sampled_from(STEPS), choice=CHOICES)
    def step(self, name: str, choice: int) -> None:
        self.holds = False
        self.world.step(name, choice)
        self.holds = True

    def teardown(self) -> None:
        try:
            if self.holds:
                self.world.take_all_back()
                self.world.check_all_is_back()
        finally:
            transaction.savepoint_rollback(self.before)


def play(cast: Cast, *, sequences: int, steps: int, number: int) -> None:
    Moves.cast = cast
    ours = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        # To find a shorter sequence takes minutes with a database; the steps of the one that failed are told.
        phases=(Phase.generate,),
        print_blob=True,
    )
    run_state_machine_as_test(seed(number)(Moves), settings=ours)


def test_a_few_sequences_lose_nothing_and_can_all_be_taken_back(cast: Cast) -> None:
    play(cast, sequences=25, steps=14, number=12)


@pytest.mark.peers
@pytest.mark.parametrize("number", [1, 7, 31, 2026])
def test_a_thousand_sequences_lose_nothing_and_can_all_be_taken_back(cast: Cast, number: int) -> None:
    """In four parts, so that they can be walked side by side."""
    play(cast, sequences=250, steps=24, number=number)
