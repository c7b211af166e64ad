"""Sums: dictionaries of the workspace's own are loaded whole or not at all. The terms here are ours and mean nothing."""

from __future__ import annotations

import pytest

from answerable.core.errors import Invalid
from answerable.safety.dictionaries import Dictionary, Entry, imdrf, meddra

ROWS = "\n".join(
    f"1000000{number}${words}$10000000$$$$$$${'Y' if current else 'N'}$"
    for number, (words, current) in enumerate(
        [("Made up giddiness", True), ("Made up ache", True), ("Old ache", False)]
    )
)


def test_the_terms_of_a_file_are_loaded_with_their_release() -> None:
    found = meddra(ROWS, "99.0")
    assert found.release == "99.0"
    assert found.entries["10000000"] == Entry("10000000", "Made up giddiness")
    assert not found.entries["10000002"].current


def test_suggestions_share_words_and_are_current() -> None:
    found = meddra(ROWS, "99.0")
    assert [each.code for each in found.suggested("an ACHE, made up")] == ["10000001", "10000000"]
    assert [each.words for each in found.suggested("old ache")] == ["Made up ache"]
    assert found.suggested("nothing of it") == []
    assert found.suggested("") == []


def test_the_nearest_comes_first_and_ten_are_enough() -> None:
    many = Dictionary.of("1", [Entry(f"A{number:02}", f"ache number{number:03}") for number in range(20)])
    assert len(many.suggested("ache")) == 10
    assert many.suggested("ache number007")[0].code == "A07"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no term"),
        ("10000000$words", "Line 1 is no term"),
        (ROWS + "\n1$two$3$4$5$6$7$8$9$Y$", "Line 4 is no term"),
        (ROWS + "\n10000009$ $3$4$5$6$7$8$9$Y$", "Line 4 is no term"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        meddra(text, "99.0")


def test_codes_of_imdrf_come_as_csv() -> None:
    found = imdrf("\ufeffCode,Term,Definition\nX01,Made up problem,of no device\nX02,,\n", "2026")
    assert list(found.entries) == ["X01"]
    with pytest.raises(Invalid, match="no column term"):
        imdrf("code,name\nX01,y\n", "2026")
