"""The commands of the safety desk that need a database: dictionaries come in, reports go out, both as a member."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.core.models import Event
from answerable.house import cli, safety_desk
from answerable.house.trouble import Trouble
from answerable.safety import batching
from answerable.safety.models import Batch, Dictionary
from answerable.safety.tests.dossier import LLT, make_officer, opened
from answerable.testing.cast import Cast


def run(*words: str) -> int:
    return safety_desk.run(cli._parser().parse_args(["safety", *words]))


def test_a_dictionary_comes_in_by_command_or_says_which_line_is_wrong(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "llt.asc", tmp_path / "bad.asc"
    good.write_text(LLT, encoding="utf-8")
    bad.write_text(f"{LLT}\nnonsense", encoding="utf-8")
    said = ("--release", "99.0", "--language", "por", "--by", "root@example.org")
    assert run("dictionary", "load", str(bad), *said) == 1
    assert "Line 5: It is no term" in capsys.readouterr().out
    assert run("dictionary", "load", str(good), *said) == 0
    assert "4 terms are in use." in capsys.readouterr().out
    assert Dictionary.objects.filter(state="ready").count() == 1
    assert run("dictionary", "load", str(good), *said[:-1], "ada@example.org") == 1
    assert "Only a safety officer or an admin" in capsys.readouterr().err


def test_a_report_goes_out_as_a_file_that_is_not_written_over(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    officer, report = make_officer(cast), opened(cast, coded=True)
    by, page = ("--by", "olga@example.org"), tmp_path / "report.pdf"
    assert run("export", report.number, "--as", "pdf", "--out", str(page), *by) == 0
    assert page.read_bytes().startswith(b"%PDF")
    assert Event.objects.get(kind="report_exported").user_id == officer.user_id
    with pytest.raises(Trouble, match="cannot be used"):
        run("export", report.number, "--as", "pdf", "--out", str(page), *by)
    assert Event.objects.filter(kind="report_exported").count() == 1
    for number in ("NONE-1", report.number):
        assert run("export", number, "--as", "e2b", "--out", str(tmp_path / "x.xml"), *by) == 1
    assert "No authority of this name" in capsys.readouterr().err
    batching.know(label="Agency", organisation="A", sender="A", receiver="B", trial=True, by=officer)
    assert run("export", report.number, "--as", "e2b", "--out", str(tmp_path / "x.xml"), *by) == 0
    assert (tmp_path / "x.xml").read_text(encoding="utf-8") == Batch.objects.get().document


def test_who_is_no_member_does_nothing(cast: Cast, tmp_path: Path) -> None:
    for by in (("--by", "nobody@example.org"), ("--by", "ada@example.org", "--workspace", "other")):
        with pytest.raises(Trouble, match="There is no member"):
            run("export", "X-1", "--as", "json", "--out", str(tmp_path / "x"), *by)
