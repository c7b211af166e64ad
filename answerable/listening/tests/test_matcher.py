"""The quick matcher finds what the slow and obvious one finds, whatever is asked and said."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.core.errors import Invalid
from answerable.listening.lexing import Misread
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.tests.obvious import SPELLING, a_post, a_query, matches
from answerable.listening.tree import Node, Not, Word


def _queries(chance: Random, count: int) -> dict[int, Node]:
    found: dict[int, Node] = {}
    while len(found) < count:
        try:
            found[len(found)] = parse(a_query(chance), SPELLING)
        except Misread:
            continue
    return found


def _filed(queries: dict[int, Node]) -> Matcher[int]:
    matcher = Matcher[int]()
    for number, node in queries.items():
        matcher.add(number, node)
    return matcher


@pytest.mark.parametrize("seed", range(4))
def test_the_quick_and_the_obvious_way_find_the_same(seed: int) -> None:
    chance = Random(seed)
    queries = _queries(chance, 250)
    matcher, some = _filed(queries), 0
    for _ in range(150):
        post = a_post(chance)
        found = matcher.match(Heard(post, SPELLING))
        assert sorted(found) == [number for number, node in queries.items() if matches(node, post)], post
        assert len(found) == len(set(found))
        some += len(found)
    assert some > 1_000, "the queries are not such as match nothing"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.text(max_size=40))
def test_no_text_and_no_query_part_the_two_ways(said: str, asked: str) -> None:
    try:
        node = parse(asked, SPELLING)
    except Misread as error:
        _points_into(asked, error)
        return
    post = Post(f"{said} {asked}", "kamil", ("joana",), "x", "pl")
    assert _filed({1: node}).match(Heard(post, SPELLING)) == ([1] if matches(node, post) else [])


def test_queries_are_added_changed_and_removed_in_place() -> None:
    matcher = _filed({1: parse("velorin OR aler*"), 2: parse('"error four" -spam')})
    said = Heard(Post("Velorin: error four"), SPELLING)
    assert sorted(matcher.match(said)) == [1, 2]
    matcher.add(2, parse("glimo"))
    assert matcher.match(said) == [1]
    matcher.remove(1)
    matcher.remove(99)
    assert matcher.match(said) == []
    assert len(matcher) == 1
    matcher.remove(2)
    assert not matcher._words
    assert not matcher._pairs
    assert not matcher._stems


def test_a_query_that_nothing_files_is_refused_and_changes_nothing() -> None:
    matcher = _filed({1: Word("velorin")})
    with pytest.raises(Invalid):
        matcher.add(2, Not(Word("spam")))
    assert matcher.match(Heard(Post("velorin"), SPELLING)) == [1]


def test_a_query_is_filed_anew_under_a_rarer_key_when_its_word_trends() -> None:
    matcher = _filed({1: parse("velorin glimo"), 2: parse("pulsa")})
    before = matcher._queries[1].keys
    (busy,) = before
    moved = matcher.refile({busy: 9_000, "pulsa": 9_000}, above=100)
    assert moved == 1
    assert matcher._queries[1].keys != before
    assert matcher.busiest(1) == [(2, 9_000)], "a query with one word has no other key"
    assert sorted(matcher.match(Heard(Post("pulsa glimo velorin"), SPELLING))) == [1, 2]


def test_the_language_is_asked_for_only_when_a_query_wants_to_know() -> None:
    asked: list[str] = []

    def detect(text: str) -> str:
        asked.append(text)
        return "pl"

    matcher = _filed({1: parse("velorin lang:pl"), 2: parse("glimo")})
    assert matcher.match(Heard(Post("glimo działa", detect=detect), SPELLING)) == [2]
    assert asked == []
    assert matcher.match(Heard(Post("velorin i velorin", detect=detect), SPELLING)) == [1]
    assert asked == ["velorin i velorin"]


def _points_into(asked: str, error: Misread) -> None:
    assert 0 <= error.start <= error.end <= len(asked)
    assert error.sentence
