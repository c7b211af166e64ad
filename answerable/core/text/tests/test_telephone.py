"""One spelling for a number, whoever wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.core.text.telephone import e164


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("600 100 200", "PL", "+48600100200"),
        ("+48 600-100-200", "US", "+48600100200"),
        ("0048600100200", "PL", "+48600100200"),
        ("tel:+48600100200", "PL", "+48600100200"),
        ("(11) 91234-5678", "BR", "+5511912345678"),
        ("(202) 555-0147", "US", "+12025550147"),
        ("204", "PL", ""),
        ("112", "PL", ""),
        ("anonymous", "PL", ""),
        ("", "PL", ""),
        ("600100200", "ZZ", ""),
        ("1" * 10_000, "PL", ""),
    ],
)
def test_a_number_has_one_spelling(written: str, country: str, number: str) -> None:
    assert e164(written, country) == number


@given(text=st.text(max_size=80))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = e164(text, "PL")
    assert number == "" or (number[0] == "+" and number[1:].isascii() and number[1:].isdecimal())
    assert e164(number, "US") == number
