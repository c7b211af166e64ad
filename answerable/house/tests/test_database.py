"""The embedded database against everything that happens to processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from answerable.house import database
from answerable.house import state as states
from answerable.house.database import binaries, survivors, unprivileged
from answerable.house.database.cluster import Cluster
from answerable.house.state import State
from answerable.house.trouble import Trouble


@pytest.fixture
def running(installation: State) -> str:
    return database.ensure(installation)


def rows(url: str) -> int:
    with psycopg.connect(url) as there:
        there.execute("create table if not exists kept (at timestamptz default now())")
        there.execute("insert into kept default values")
        found = there.execute("select count(*) from kept").fetchone()
    assert found
    return int(found[0])


def postmaster(state: State) -> int:
    pid = Cluster(state).pid
    assert pid
    return pid


def test_it_keeps_what_it_is_told_and_folds_all_letters(running: str) -> None:
    with psycopg.connect(running) as there:
        told = there.execute(
            "select current_setting('fsync'), current_setting('data_checksums'), lower('ÄŁÓDŹ')"
        ).fetchone()
    assert told == ("on", "on", "äłódź")


def test_it_listens_on_this_machine_alone_and_on_no_socket(installation: State, running: str) -> None:
    with psycopg.connect(states.database_url(installation, admin=True)) as there:
        places = there.execute("select current_setting('listen_addresses'), current_setting('unix_socket_directories')")
        assert places.fetchone() == ("127.0.0.1", "")


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_comes_in_without_the_password(running: str, password: str) -> None:
    for user in ("answerable", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(running, user=user, password=password)


def test_the_desk_is_no_superuser_but_may_have_its_extensions(running: str) -> None:
    with psycopg.connect(running) as there:
        assert there.execute("select current_setting('is_superuser')").fetchone() == ("off",)
        there.execute("create extension if not exists pg_trgm")
        there.execute("create extension if not exists unaccent")


def test_it_never_runs_as_root(installation: State, running: str) -> None:
    assert Path(f"/proc/{postmaster(installation)}").stat().st_uid != 0
    assert stat.S_IMODE(installation.cluster.stat().st_mode) == 0o700


def test_a_killed_server_comes_back_with_every_row(installation: State, running: str) -> None:
    before = rows(running)
    os.kill(postmaster(installation), signal.SIGKILL)

    assert rows(database.ensure(installation)) == before + 1


def test_a_killed_servers_stuck_workers_do_not_keep_the_next_from_starting(installation: State, running: str) -> None:
    before = rows(running)
    stuck = psycopg.connect(running)
    os.kill(stuck.info.backend_pid, signal.SIGSTOP)
    os.kill(postmaster(installation), signal.SIGKILL)

    assert rows(database.ensure(installation)) == before + 1
    stuck.close()


def test_a_pid_file_that_names_a_stranger_harms_neither(installation: State, running: str) -> None:
    database.stop(installation)
    stranger = subprocess.Popen(["sleep", "60"])
    (Cluster(installation).data / "postmaster.pid").write_text(f"{stranger.pid}\n")

    assert database.running(database.ensure(installation))
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_zombie_is_not_a_server(installation: State, running: str) -> None:
    database.stop(installation)
    zombie = subprocess.Popen(["true"])
    time.sleep(0.1)
    (Cluster(installation).data / "postmaster.pid").write_text(f"{zombie.pid}\n")

    assert survivors.postmaster(Cluster(installation).data) is None
    assert database.running(database.ensure(installation))
    zombie.wait()


def test_two_starts_at_once_give_one_server(installation: State, running: str) -> None:
    database.stop(installation)
    starts = [_python(installation, "-m", "answerable.house.database") for _ in range(2)]

    assert [start.wait() for start in starts] == [0, 0]
    assert database.running(running)


def test_a_taken_port_is_left_alone_and_another_is_said(
    installation: State, running: str, caplog: pytest.LogCaptureFixture
) -> None:
    database.stop(installation)
    taken = states.ports(installation)["database"]
    with socket.create_server(("127.0.0.1", taken)):
        moved = database.ensure(installation)

    assert moved != running
    assert database.running(moved)
    assert f"Port {taken} is taken by another program." in caplog.text


def test_the_last_to_let_go_stops_it_even_if_another_was_killed(installation: State, running: str) -> None:
    code = "import time; from answerable.house import database as d, state as s\n"
    code += "with d.holding(s.default()): print(flush=True); time.sleep(60)"
    other = _python(installation, "-c", code)
    with database.held(installation) as url:
        assert other.stdout
        other.stdout.readline()
    assert database.running(url)

    with database.held(installation):
        other.kill()
        other.communicate()
    assert not database.running(url)
    assert Cluster(installation).pid is None


def test_data_of_another_version_is_refused_and_not_touched(installation: State, running: str) -> None:
    database.stop(installation)
    mark = Cluster(installation).data / "PG_VERSION"
    version = mark.read_text()
    mark.write_text("14\n")

    with pytest.raises(Trouble, match=r"made by PostgreSQL 14, and this is PostgreSQL \d+. The data was not touched."):
        database.ensure(installation)
    mark.write_text(version)


def test_secrets_of_another_installation_are_named_as_the_reason(installation: State, running: str) -> None:
    own = installation.secret_file.read_text()
    installation.secret_file.unlink()

    with pytest.raises(Trouble, match=r"Put back the secret\.json that belongs to this database"):
        database.ensure(installation)
    installation.secret_file.write_text(own)


def test_a_wish_for_more_memory_is_granted_but_none_for_less_safety(
    installation: State, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.stop(installation)
    monkeypatch.setenv("ANSWERABLE_PG_SETTINGS", "work_mem=8MB fsync=off listen_addresses=*")
    with psycopg.connect(database.ensure(installation)) as there:
        told = there.execute(
            "select current_setting('work_mem'), current_setting('fsync'), current_setting('listen_addresses')"
        )
        assert told.fetchone() == ("8MB", "on", "127.0.0.1")


def test_a_server_from_outside_is_used_and_nothing_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/desk")
    with database.held(states.at(folder / "home")) as url:
        assert url == "postgresql://elsewhere/desk"
    assert not (folder / "home").exists()


def test_a_wrong_folder_of_binaries_ends_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERABLE_POSTGRES_BIN", str(folder))
    with pytest.raises(Trouble, match="No PostgreSQL 15 to 18 runs on this machine"):
        database.ensure(states.at(folder / "home"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its processes to a lesser user")
def test_a_private_folder_above_stays_private(folder: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(Trouble, match="No rights were changed"):
        unprivileged.give(folder / "home" / "pg")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def _python(installation: State, *words: str) -> "subprocess.Popen[str]":
    places = {"ANSWERABLE_HOME": str(installation.home)}
    places["ANSWERABLE_POSTGRES_BIN"] = str(binaries.find(installation).folder)
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, env=os.environ | places)
