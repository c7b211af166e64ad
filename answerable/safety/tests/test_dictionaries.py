"""Sums: each line of a dictionary is a term, or is named with what is wrong. The terms here are ours and mean nothing."""

from __future__ import annotations

import pytest

from answerable.core.errors import Invalid
from answerable.safety.dictionaries import Bad, Entry, nearness, read, stems
from answerable.safety.tests.dossier import IMDRF, LLT


def bad(kind: str, text: str) -> list[tuple[int, str]]:
    return [(each.line, each.template) for each in read(kind, text.encode()) if isinstance(each, Bad)]


def test_the_terms_of_llt_asc_have_their_code_words_parent_and_currency() -> None:
    found = list(read("meddra", LLT.encode()))
    assert found[0] == Entry("10000000", "Tontura inventada", "10000000")
    assert found[3] == Entry("10000003", "Old dizziness made up", "10000000", current=False)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1$two$3$4$5$6$7$8$9$Y$", "It is no term"),
        ("10000009$ $3$4$5$6$7$8$9$Y$", "It is no term"),
        ("10000009$words", "It is no term"),
        ("10000000$Again$3$4$5$6$7$8$9$Y$", "Its code stands"),
        (f"10000009${'x' * 1001}$3$4$5$6$7$8$9$Y$", "It has no words of at most"),
    ],
)
def test_a_line_that_is_no_term_is_named_with_its_number(line: str, sentence: str) -> None:
    ((number, said),) = bad("meddra", f"{LLT}\n{line}")
    assert (number, said.startswith(sentence)) == (5, True)


def test_lists_come_as_csv_with_commas_semicolons_or_tabs() -> None:
    for mark in ",;\t":
        found = list(read("imdrf", ("\ufeff" + IMDRF.replace(",", mark)).encode()))
        assert found[0] == Entry("A01", "Battery problem of ours")
    assert bad("products", "code,term\nX1,\n,y\n") == bad("imdrf", "code,term\nX1,\n,y\n")
    assert [line for line, _ in bad("products", "code,term\nX1,\n,y\n")] == [2, 3]
    with pytest.raises(Invalid, match="no column term"):
        list(read("imdrf", b"code,name\nX01,y\n"))


def test_what_is_no_text_is_refused_whole_and_old_files_are_read_as_latin() -> None:
    with pytest.raises(Invalid, match="no list in plain text"):
        list(read("meddra", b"PK\x03\x04\0\0"))
    assert next(iter(read("products", "code,term\nX,ção".encode("latin-1")))) == Entry("X", "ção")


def test_words_are_compared_by_their_beginnings_and_their_letters() -> None:
    assert stems("Dizziness, DIZZY and tonturas") == ["dizzi", "dizzy", "and", "tontu"]
    assert nearness("tonturas fortes", "Tontura inventada") > nearness("tonturas fortes", "Ache made up")
    assert nearness("", "x") == 0.0
