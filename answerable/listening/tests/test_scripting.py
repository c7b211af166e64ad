"""The commands for people who script."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from answerable.core.errors import Invalid
from answerable.house import cli
from answerable.listening import scripting, tallying
from answerable.listening.spelling import Spelling

QUERIES = ['{"id": "b", "query": "velorin OR #velorin"}', '{"id": "a", "query": "glimo from:kamil lang:pl"}', ""]


def test_each_post_gets_a_line_with_its_queries_in_their_order() -> None:
    posts = [
        '{"id": 7, "text": "Velorin and my Glimo", "author": "@Kamil", "lang": "pl"}',
        '{"text": "nothing"}',
    ]
    found = [json.loads(line) for line in scripting.match(QUERIES, posts, Spelling())]
    assert found == [{"id": 7, "queries": ["b", "a"]}, {"id": 2, "queries": []}]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"text": 5}', '{"text": "a", "to": "b"}', '{"text": "a", "lang": 1}']
)
def test_a_line_that_is_no_post_is_named_by_its_number(line: str) -> None:
    with pytest.raises(Invalid, match="Line 2"):
        list(scripting.match(QUERIES, ['{"text": "a"}', line], Spelling()))


@pytest.mark.parametrize("line", ["{", '{"query": 5}', '{"id": "b", "query": "a"}', '{"id": "c", "query": "a AND"}'])
def test_a_line_that_is_no_query_is_named_by_its_number(line: str) -> None:
    with pytest.raises(Invalid, match="Line 2"):
        list(scripting.match([QUERIES[0], line], [], Spelling()))


def test_words_that_trend_are_noticed_while_posts_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "FIRST", 100)
    posts = (json.dumps({"text": f"velorin hurts {number}"}) for number in range(300))
    lines = list(scripting.match(['{"id": 1, "query": "velorin hurts 250"}'], posts, Spelling()))
    assert [json.loads(line)["id"] for line in lines if json.loads(line)["queries"]] == [251]


def test_the_command_says_what_a_query_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["listening", "check", "velorin -spam"]) == 0
    assert json.loads(capsys.readouterr().out) == {"and": [{"word": "velorin"}, {"not": {"word": "spam"}}]}


def test_the_command_points_at_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["listening", "check", "velorin AND"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == ["  velorin AND", "          ^^^", "Perhaps: velorin"]


def test_the_command_matches_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": "c", "query": "C++"}\n')
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": "p", "text": "I like c++"}\n'))
    words = ["listening", "match", "--queries", str(tmp_path / "q.jsonl"), "--posts", "-", "--protect", "C++"]
    assert cli.main(words) == 0
    assert json.loads(capsys.readouterr().out) == {"id": "p", "queries": ["c"]}
