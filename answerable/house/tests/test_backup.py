"""What goes into a backup comes out of it, and a bad one changes nothing."""

import json
import shutil
import stat
import tarfile
from pathlib import Path

import psycopg
import pytest

from answerable.house import backup, database
from answerable.house import state as states
from answerable.house.state import State
from answerable.house.trouble import Trouble


@pytest.fixture
def desk(installation: State) -> str:
    """One workspace with a case, and one file."""
    url = database.ensure(installation)
    with psycopg.connect(url) as there:
        there.execute("create extension if not exists pg_trgm")
        there.execute("drop table if exists core_workspace")
        there.execute("create table core_workspace (name text)")
        there.execute("insert into core_workspace values ('Velorin')")
    shutil.rmtree(installation.files, ignore_errors=True)
    (installation.files / "ab" / "cd").mkdir(parents=True)
    (installation.files / "ab" / "cd" / "abcd").write_bytes(b"a photograph")
    return url


@pytest.fixture
def saved(installation: State, desk: str, folder: Path) -> Path:
    backup.back_up(installation, desk, folder / "a backup.tar.gz")
    return folder / "a backup.tar.gz"


def names(url: str) -> list[str]:
    with psycopg.connect(url) as there:
        return [name for (name,) in there.execute("select name from core_workspace")]


def spoil(installation: State, url: str) -> None:
    with psycopg.connect(url) as there:
        there.execute("update core_workspace set name = 'spoilt'")
    (installation.files / "ab" / "cd" / "abcd").unlink()
    (installation.files / "later").write_bytes(b"of somebody who came later")
    states.write(
        installation.secret_file, json.loads(installation.secret_file.read_text()) | {"field_key": "lost"}, mode=0o600
    )


def test_a_backup_brings_back_rows_files_and_keys_and_nothing_else(installation: State, desk: str, saved: Path) -> None:
    key = states.keep_secrets(installation).field_key
    spoil(installation, desk)

    backup.restore(installation, desk, saved, force=True)

    assert names(desk) == ["Velorin"]
    assert (installation.files / "ab" / "cd" / "abcd").read_bytes() == b"a photograph"
    assert not (installation.files / "later").exists()
    assert states.keep_secrets(installation).field_key == key


def test_only_its_maker_can_read_it_and_it_says_what_it_holds(installation: State, desk: str, folder: Path) -> None:
    told = backup.back_up(installation, desk, folder / "desk.tar.gz")
    assert stat.S_IMODE((folder / "desk.tar.gz").stat().st_mode) == 0o600
    assert "holds the database and 1 files" in told
    assert [path.name for path in folder.iterdir()] == ["desk.tar.gz"]


def test_a_backup_never_takes_the_place_of_another(installation: State, desk: str, saved: Path) -> None:
    with pytest.raises(Trouble, match=r"exists already. Nothing was written."):
        backup.back_up(installation, desk, saved)


def test_a_workspace_is_not_overwritten_without_force(installation: State, desk: str, saved: Path) -> None:
    with pytest.raises(Trouble, match=r"already holds a workspace. Nothing was changed."):
        backup.restore(installation, desk, saved, force=False)


@pytest.mark.parametrize("size", [0, 100, -200])
def test_a_cut_off_backup_changes_nothing(installation: State, desk: str, saved: Path, size: int) -> None:
    saved.write_bytes(saved.read_bytes()[:size])
    with pytest.raises(Trouble, match="Nothing was changed"):
        backup.restore(installation, desk, saved, force=True)
    assert names(desk) == ["Velorin"]


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "files/../../outside", "files/.hidden"])
def test_a_forged_name_is_refused(installation: State, desk: str, folder: Path, name: str) -> None:
    forged = folder / "forged.tar.gz"
    with tarfile.open(forged, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(Trouble, match="which no backup holds"):
        backup.restore(installation, desk, forged, force=True)
    assert names(desk) == ["Velorin"]
