"""The whole house under kill -9. ANSWERABLE_CRASH_ROUNDS says how often; 200 take less than a quarter of an hour."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers


def test_killing_the_house_loses_nothing_and_doubles_nothing() -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("The processes of the house are found through /proc, which this system has not.")
    rounds = os.environ.get("ANSWERABLE_CRASH_ROUNDS", "200")
    command = [sys.executable, "-m", "tests.crash", "--rounds", rounds]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)

    print(done.stdout)
    assert done.returncode == 0, done.stdout
