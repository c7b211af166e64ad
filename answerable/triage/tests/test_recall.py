"""How much was found: heaps, exact intervals, the stop rule, two readers."""

from __future__ import annotations

from math import comb

import pytest

from answerable.triage.recall import Heap, agreement, recall, still_to_read


def test_heaps_that_are_read_whole_leave_no_doubt() -> None:
    told = recall(Heap(100, 100, 90), [Heap(50, 50, 10)])
    assert told is not None
    assert (told.seen, told.low, told.high) == (0.9, 0.9, 0.9)


def test_a_lot_stands_for_its_heap() -> None:
    """One event in 50 of 1,000 stands for twenty."""
    told = recall(Heap(100, 100, 80), [Heap(1000, 50, 1, by_lot=True)])
    assert told is not None
    assert told.seen == pytest.approx(80 / 100)
    assert told.low < 0.5 < told.seen < told.high < 1


def test_nothing_found_in_a_lot_still_leaves_what_it_may_hide() -> None:
    """Exact: 0 of 72 leaves up to 5 % at 95 % (two-sided), so 50 of 1,000."""
    told = recall(Heap(100, 100, 95), [Heap(1000, 72, 0, by_lot=True)])
    assert told is not None
    assert told.seen == told.high == 1
    assert told.low == pytest.approx(95 / (95 + 1000 * 0.04995), abs=0.001)


def test_what_is_called_and_not_read_yet_counts_at_its_worst_on_both_sides() -> None:
    told = recall(Heap(30, 20, 15), [Heap(10, 10, 5)])
    assert told is not None
    assert (told.seen, told.low, told.high) == (0.75, 0.75, 25 / 30)


def test_an_unread_heap_or_too_few_events_are_no_figure() -> None:
    assert recall(Heap(100, 100, 90), [Heap(1000, 0, 0, by_lot=True)]) is None
    assert recall(Heap(100, 100, 4), [Heap(10, 10, 1)]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """A stream of 1,000 with 60 called events and 20 hidden ones, and every lot of fifty that the truth allows, weighed by chance."""
    ways = comb(1000, 50)
    inside = 0.0
    for hit in range(21):
        told = recall(Heap(60, 60, 60), [Heap(1000, 50, hit, by_lot=True)])
        assert told is not None
        if told.low <= 60 / 80 <= told.high:
            inside += comb(20, hit) * comb(980, 50 - hit) / ways
    assert inside >= 0.95


def test_the_stop_rule_says_how_many_more_without_an_event_are_needed() -> None:
    """By the rule of three: 3 × 1,000 × 0.95 / (0.05 × 140) ≈ 407, less because it is exact and the rest is finite."""
    needed = still_to_read(140, 1000, target=0.95)
    assert needed is not None
    assert 300 < needed <= 407
    assert still_to_read(140, 0, target=0.95) == 0
    assert still_to_read(0, 1000, target=0.95) is None


def test_agreement_by_gwet_does_not_break_where_nearly_all_is_a_no() -> None:
    """118 no and no, 5 yes and no, 2 no and yes: kappa is about 0, the readers agree."""
    pairs = [(False, False)] * 118 + [(True, False)] * 5 + [(False, True)] * 2
    told = agreement(pairs)
    assert told is not None
    assert (told.pairs, told.same) == (125, 118)
    assert told.ac1 == pytest.approx(0.941, abs=0.002)
    assert agreement([]) is None
