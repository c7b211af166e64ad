"""Damaged mails through the whole intake: a short run with each test run, a long one with the peers."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice

import pytest

from answerable.testing.cast import Cast
from tests.fuzz.mail_envelopes import run
from tests.fuzz.mail_reader import mutated


def test_three_hundred_damaged_mails_all_end_somewhere(cast: Cast) -> None:
    tally = run(cast.mailbox, islice(mutated(7), 300))

    assert tally.troubles == []
    assert tally.sent == 300
    assert tally.outcomes["filed"] > 100


@pytest.mark.peers
def test_twenty_thousand_damaged_mails_all_end_somewhere() -> None:
    command = [sys.executable, "-m", "tests.fuzz.mail_envelopes", "--count", "20000"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)

    print(done.stdout)
    assert done.returncode == 0, done.stdout
