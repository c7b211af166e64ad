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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["eu.mdr.87.3", "2022-07-01"], ["Strict:  Sat 2022-07-16 23:59:59", "Legal:   Mon 2022-07-18"]),
        (["eu.mdr.87.5", "2022-07-02"], ["Strict:  Tue 2022-07-12", "Legal:   Tue 2022-07-12"]),
        (["br.rdc406.urgent", "2026-07-01T09:30"], ["Strict:  Sat 2026-07-04 09:30:00", "does not move"]),
        (["us.803.53", "2026-06-18"], ["Strict:  Fri 2026-06-26", "Holiday: Fri 2026-06-19"]),
        (["us.314.80.serious_unexpected", "2026-06-26"], ["Legal:   Sat 2026-07-11", "Switch:  off by itself"]),
    ],
)
def test_clocks_due_says_both_dates_and_how_they_come(
    words: list[str], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["clocks", "due", "--rule", words[0], "--from", words[1]]) == 0
    shown = capsys.readouterr().out
    assert all(line in shown for line in told)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--rule", "eu.none", "--from", "2026-07-01"], "No rule “eu.none” is in force"),
        (["--rule", "eu.mdr.87.3", "--from", "soon"], "“soon” is no date"),
        (["--rule", "eu.mdr.87.3"], "Say which rule and from when"),
        (["--rule", "eu.mdr.87.3", "--from", "2026-07-01", "--zone", "Mars"], "no time zone"),
        (["--rule", "us.803.53", "--from", "2026-07-01", "--holidays", "PL"], "knows the holidays of: US"),
    ],
)
def test_clocks_due_refuses_what_it_cannot_reckon(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["clocks", "due", *words]) == 1
    assert sentence in capsys.readouterr().err
