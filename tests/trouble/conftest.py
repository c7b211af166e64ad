"""One desk for all tests that only need a running one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trouble.desk import Desk, open_desk


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    if not Path("/proc/self/task").exists():
        pytest.skip("The processes of the house are found through /proc, which this system has not.")
    with open_desk() as desk:
        yield desk
