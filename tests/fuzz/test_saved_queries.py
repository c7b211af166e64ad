"""The matcher against trying everything, one by one. `python -m tests.fuzz.saved_queries` goes on for longer."""

from __future__ import annotations

import pytest

from tests.fuzz.saved_queries import differences

pytestmark = pytest.mark.peers


def test_two_thousand_queries_find_the_same_as_one_by_one() -> None:
    assert [*differences(posts=1_500, queries=2_000, seed=1)] == []
