"""What an installation keeps beside its database."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from answerable.house import state as states


def test_secrets_are_made_once_even_by_many_at_once_and_are_for_us_alone(tmp_path: Path) -> None:
    state = states.at(tmp_path / "home")
    with ThreadPoolExecutor(8) as crowd:
        made = set(crowd.map(lambda _: states.keep_secrets(state), range(16)))

    assert len(made) == 1
    assert stat.S_IMODE(state.secret_file.stat().st_mode) == 0o600
    Fernet(made.pop().field_key)


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    one, two = (states.keep_secrets(states.at(tmp_path / name)) for name in ("one", "two"))
    assert not set(vars(one).values()) & set(vars(two).values())


def test_what_is_set_wins_over_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERABLE_PUBLIC_URL", "https://care.example")
    state = states.at(tmp_path / "home")
    states.remember_port(state, "database", 15999)

    known = states.environment(state)

    assert known["ANSWERABLE_PUBLIC_URL"] == "https://care.example"
    assert known["DATABASE_URL"].endswith("@127.0.0.1:15999/answerable")
    assert set(known) == set(states.NAMES)


def test_a_child_that_was_told_everything_touches_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in states.NAMES:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "home"))

    assert states.environment()["ANSWERABLE_FIELD_KEY"] == "1"
    assert not (tmp_path / "home").exists()


def test_ports_of_different_parts_are_remembered_beside_each_other(tmp_path: Path) -> None:
    state = states.at(tmp_path / "home")
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: states.remember_port(state, f"part {number}", number), range(16)))
    assert states.ports(state) == {f"part {number}": number for number in range(16)}


def test_clones_have_demos_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = states.demo().home
    monkeypatch.setattr(states, "CHECKOUT", Path("/elsewhere"))
    assert here != states.demo().home
    assert here.name.startswith("demo-")
    assert here.parent == states.demo().home.parent == states.default().home.parent
