"""An installation of its own for tests of the house, in a folder with a space, as people have them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.house import database
from answerable.house import state as states
from answerable.house.state import State


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    database_alone = ("ANSWERABLE_PG_SETTINGS", "ANSWERABLE_POSTGRES_BIN", "ANSWERABLE_POSTGRES_INSTALLED")
    for name in (*states.NAMES, *database_alone):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own, which is private to whoever runs the tests, so that a lesser user could not enter it."""
    path = Path(tempfile.mkdtemp(prefix="answerable test "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def installation() -> Iterator[State]:
    """One cluster for a module: making it takes longer than anything done to it."""
    home = Path(tempfile.mkdtemp(prefix="answerable test "))
    home.chmod(0o755)
    state = State(home=home, binaries=states.for_tests().binaries)
    yield state
    database.stop(state)
    shutil.rmtree(home)
