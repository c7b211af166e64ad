"""Texts in, readings out, a line each: what stands beside a text is kept, and a bad line is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.core.errors import Invalid
from answerable.house import cli
from answerable.triage.detecting import scripting


def test_each_line_gets_its_reading_and_keeps_what_it_brought() -> None:
    lines = ['{"text": "Since I take Glimo I have headaches.", "id": 7}\n', "\n", '"Proszę usunąć moje dane."\n']
    first, second = (json.loads(line) for line in scripting.score(lines, products=["Glimo"]))
    assert (first["id"], first["language"], first["tier"]) == (7, "en", "review")
    words = [word for part in first["evidence"]["adverse_event"]["parts"] for word in part["words"]]
    assert {"Glimo", "headaches"} <= {word["words"] for word in words}
    assert all(first["text"][word["start"] : word["end"]] == word["words"] for word in words)
    assert second["scores"]["privacy_complaint"] > 0


@pytest.mark.parametrize("line", ["no json", "7", '{"words": "x"}', '{"text": 5}'])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(Invalid, match="Line 2 is neither"):
        list(scripting.score(['"fine"', line]))


def test_the_command_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('"The pump shows error 4."\n', encoding="utf-8")
    assert cli.main(["triage", "score", str(texts), "--product", "Glimo"]) == 0
    assert json.loads(capsys.readouterr().out)["tier"] == "review"


def test_the_command_says_what_it_could_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["triage", "score", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err
