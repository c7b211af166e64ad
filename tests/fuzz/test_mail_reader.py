"""A short run of the mail reader's fuzz with each test run; the long one is started by hand."""

from __future__ import annotations

from itertools import islice

from tests.fuzz.mail_reader import SECONDS, mutated, run


def test_five_hundred_damaged_mails_are_read_or_refused() -> None:
    tally = run(count=500, seed=42)
    assert tally.crashes == []
    assert tally.outcomes["count"] == 500
    assert tally.outcomes["values"] > 250
    assert tally.slowest < SECONDS


def test_the_same_seed_gives_the_same_mails() -> None:
    assert list(islice(mutated(3), 20)) == list(islice(mutated(3), 20))
