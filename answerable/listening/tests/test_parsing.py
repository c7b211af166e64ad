"""What a community manager may write, what it means, and what is said of what cannot be taken."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.listening.lexing import MOST, Misread
from answerable.listening.parsing import parse
from answerable.listening.tree import outline

A, B, C = ({"word": each} for each in "abc")


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("a b", {"and": [A, B]}),
        ("a OR b c", {"or": [A, {"and": [B, C]}]}),
        ("(a OR b) c", {"and": [{"or": [A, B]}, C]}),
        ("a AND NOT b", {"and": [A, {"not": B}]}),
        ("a -b", {"and": [A, {"not": B}]}),
        ("a ANDNOT b", {"and": [A, {"not": B}]}),
        ("a and b", {"and": [A, {"word": "and"}, B]}),
        ("a NEAR/3 b", {"near": {"within": 3, "of": [A, B]}}),
        ("a NEAR b", {"near": {"within": 5, "of": [A, B]}}),
        ("a NEAR/7f (b OR c)", {"near": {"within": 7, "of": [A, {"or": [B, C]}]}}),
        ('"a b"', {"phrase": ["a", "b"]}),
        ("„a b”", {"phrase": ["a", "b"]}),
        ('"a b"~4', {"near": {"within": 4, "of": [A, B]}}),
        ('"a"', A),
        ("Velor*", {"prefix": "velor"}),
        ("#Glimo @Ada", {"and": [{"word": "#glimo"}, {"word": "@ada"}]}),
        ("a from:@Kamil to:ada", {"and": [A, {"from": "kamil"}, {"to": "ada"}]}),
        ("author:kamil", {"from": "kamil"}),
        ("raw:a title:b", {"and": [A, B]}),
        ("a lang:PL channel:Bluesky", {"and": [A, {"lang": "pl"}, {"channel": "bluesky"}]}),
        ("exact:Łaska", {"exact": ["Łaska"]}),
        ("e-mail", {"or": [{"phrase": ["e", "mail"]}, {"word": "email"}]}),
    ],
)
def test_a_query_means(query: str, meaning: dict[str, Any]) -> None:
    assert outline(parse(query)) == meaning


@pytest.mark.parametrize(
    ("query", "place", "mend"),
    [
        ("a AND", "AND", "a"),
        ("a OR OR b", "OR", "a OR b"),
        ("AND a", "AND", "a"),
        ("(a OR b", "(", "(a OR b)"),
        ("a OR b)", ")", "a OR b"),
        ('a "b c', '"b c', 'a "b c"'),
        ("a NEAR/99 b", "NEAR/99", "a NEAR/30 b"),
        ("colour:red a", "colour:red", "red a"),
        ("a NEAR/2 (b c)", "NEAR/2", ""),
        ("a from:", "from:", ""),
        ("al*", "al*", ""),
        ("a !!!", "!!!", ""),
        ("a ()", ")", ""),
        ("NOT a", "NOT a", ""),
        ("lang:pl", "lang:pl", ""),
        ("a OR lang:pl", "a OR lang:pl", ""),
    ],
)
def test_an_error_points_at_its_place_and_proposes_a_mend(query: str, place: str, mend: str) -> None:
    with pytest.raises(Misread) as caught:
        parse(query)
    error = caught.value
    assert query[error.start : error.end] == place
    assert error.mend == mend
    assert error.sentence.endswith(".")
    if mend:
        parse(mend)


@pytest.mark.parametrize("query", ["", "   ", "(" * 50 + "a" + ")" * 50, "a " * (MOST + 1), "x" * 30_000])
def test_nothing_and_too_much_are_refused_with_a_sentence(query: str) -> None:
    with pytest.raises(Misread):
        parse(query)
