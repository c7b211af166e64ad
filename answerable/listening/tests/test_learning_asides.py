"""Sums that people's verdicts change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.listening.learning_asides import HEAVIEST, STEPS_OF_COPIES, gate, meaning
from answerable.listening.setting_aside import Meaning

OTHERS = [frozenset(f"velorin the {word} lake canoe tent".split()) for word in ("a1", "b2", "c3", "d4", "e5")]
OURS = [
    frozenset(f"velorin the {word} box".split())
    for word in ["pharmacy", "price", "leaflet", "order", "stock", "night", "mail", "call", "post", "help"]
]


def test_the_words_that_are_commoner_there_are_learned_and_no_others() -> None:
    found = meaning(OTHERS, OURS)
    assert found.words.keys() == {"lake", "canoe", "tent"}
    assert max(found.words.values()) <= HEAVIEST < found.gate
    assert meaning(OTHERS, OURS, never=frozenset({"tent"})).words.keys() == {"lake", "canoe"}


@pytest.mark.parametrize(("others", "ours"), [(OTHERS[:4], OURS), (OTHERS, OURS[:9]), (OURS, OURS), ([], [])])
def test_nothing_is_learned_from_too_little_or_from_no_difference(
    others: list[frozenset[str]], ours: list[frozenset[str]]
) -> None:
    assert meaning(others, ours) == Meaning()


SAID = ("lake", "canoe", "tent", "box", "pain", "order", "velorin")
posts = st.lists(st.integers(0, 2 ** len(SAID) - 1), max_size=20)


def said(bits: int) -> frozenset[str]:
    """A number is a post: each of its bits is a word."""
    return frozenset(word for place, word in enumerate(SAID) if bits >> place & 1)


@given(posts, posts)
def test_no_post_that_is_ours_is_over_the_gate_that_was_learned(others: list[int], ours: list[int]) -> None:
    found = meaning([said(each) for each in others], [said(each) for each in ours])
    assert all(sum(found.words.get(word, 0) for word in said(post)) < found.gate for post in ours)


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ([], 1.0),
        ([(1.1, False)] * 19, 1.0),
        ([(1.1, True)] * 20, 1.0),
        ([(1.1, True)] * 18 + [(1.1, False)] * 2 + [(1.6, True)] * 5, 1.5),
        ([(1.1, False)] * 20, 1.5),
        ([(9.0, False)] * 20, float("inf")),
    ],
)
def test_a_gate_stands_where_nearly_all_above_it_is_right(verdicts: list[tuple[float, bool]], wanted: float) -> None:
    assert gate(verdicts) == wanted


def test_copies_have_steps_of_their_own() -> None:
    assert gate([(0.7, False)] * 10 + [(0.95, True)] * 10, STEPS_OF_COPIES) == 0.75
