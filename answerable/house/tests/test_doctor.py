"""Each line of the doctor names a fault and its mend, or says that all is well."""

from pathlib import Path

import pytest

from answerable.core import heartbeats
from answerable.house import doctor
from answerable.house import state as states
from answerable.house.state import State

NOBODY = 9


@pytest.fixture
def home(tmp_path: Path) -> State:
    state = states.at(tmp_path / "home")
    states.keep_secrets(state)
    state.files.mkdir()
    return state


def troubles(state: State) -> str:
    return "\n".join(str(finding) for finding in doctor.examine(state, NOBODY, NOBODY) if not finding.ok)


@pytest.mark.django_db
def test_a_house_at_rest_lacks_only_its_parts(home: State) -> None:
    told = troubles(home)
    assert "The worker gives no sign of life. Start it with: answerable serve" in told
    assert told.count("answerable serve") == len(told.splitlines()) == 4


@pytest.mark.django_db
def test_a_part_that_lives_is_no_trouble(home: State) -> None:
    heartbeats.beat("worker")
    assert "worker" not in troubles(home)


@pytest.mark.django_db
def test_readable_secrets_are_trouble(home: State) -> None:
    home.secret_file.chmod(0o644)
    assert f'Run: chmod 600 "{home.secret_file}"' in troubles(home)


@pytest.mark.django_db
def test_a_missing_folder_is_trouble(home: State) -> None:
    home.files.rmdir()
    assert "Files cannot be written" in troubles(home)
