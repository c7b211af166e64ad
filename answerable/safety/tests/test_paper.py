"""The page of a report: every letter of our languages is drawn, a stranger's words are text, the same page is the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from answerable.safety import paper
from answerable.safety.sheet import Block, Sheet
from answerable.safety.sheet_words import WORDS

LETTERS = "Zażółć gęślą jaźń, ŁÓDŹ. Não há pão à noite; às vezes, é só coração. “Quotes” – 20 €"


def page(*words: str) -> Sheet:
    at = datetime(2026, 7, 3, 10, 15, tzinfo=UTC)
    return Sheet(
        "PT-1", "Report PT-1", "", "Version 1", "0" * 64, at, [Block("What was said", [("x", each) for each in words])]
    )


def made(*words: str) -> bytes:
    return paper.pdf(page(*words), language="pl", author="Acme", replaced="Some signs are named.")


def test_the_letters_of_our_languages_are_drawn_and_the_page_is_an_archive_for_everybody() -> None:
    assert paper.drawable(LETTERS) == LETTERS
    data = made(LETTERS)
    assert data.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in data
    assert b"pdfuaid:part>1<" in data


def test_the_same_page_is_the_same_bytes() -> None:
    assert made(LETTERS) == made(LETTERS)
    assert made(LETTERS) != made(LETTERS[:-1])


@pytest.mark.parametrize(
    "words", ["#panic()", "*bold* _it_ `x`", "$x", '#read("/etc/passwd")', "\\", "]#let x", "a\nb\tc\r"]
)
def test_what_a_stranger_wrote_is_never_markup(words: str) -> None:
    assert made(words).startswith(b"%PDF")


def test_what_cannot_be_drawn_is_named() -> None:
    assert paper.drawable("dor 😀 中\u200d") == "dor [grinning face] [cjk unified ideograph-4e2d]"
    assert made("dor 😀 中 \U0010ffff").startswith(b"%PDF")


def test_every_sign_that_is_said_to_be_drawn_is() -> None:
    signs = [chr(code) for first, last in paper.DRAWN for code in range(first, last + 1)]
    assert made(" ".join(signs)).startswith(b"%PDF")


def test_each_value_of_a_report_has_its_word() -> None:
    assert len(WORDS) == sum(1 for kind in {type(each) for each in WORDS} for each in kind if each)
