"""The command line, and how little its parent process loads."""

import subprocess
import sys

import pytest

from answerable.house import cli


def test_the_parent_loads_neither_django_nor_a_driver_nor_tls() -> None:
    code = "import sys, answerable.house.cli, answerable.house.demo; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"django", "psycopg", "ssl", "uvicorn"} & set(told.stdout.split())


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    told = capsys.readouterr().out
    for command in ("serve", "demo", "setup", "web", "worker", "listen", "doctor", "backup", "restore", "replay"):
        assert f"\n    {command} " in told


def test_a_backup_that_is_not_there_ends_in_a_sentence(
    tmp_path: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERABLE_HOME", f"{tmp_path}/home")
    monkeypatch.setenv("ANSWERABLE_POSTGRES_BIN", f"{tmp_path}")
    assert cli.main(["restore", f"{tmp_path}/none.tar.gz"]) == 1
    assert "Nothing was changed." in capsys.readouterr().err
