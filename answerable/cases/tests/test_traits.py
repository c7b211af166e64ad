"""Traits: what a message may be recognised by, in one spelling."""

from __future__ import annotations

import time

import pytest

from answerable.cases.traits import MOST_WORDS, Sort, of_person, of_words


def values(text: str, sort: Sort) -> set[str]:
    return {value for each, value in of_words("", text) if each == sort}


@pytest.mark.parametrize(
    ("text", "sort", "found"),
    [
        ("300 zł za pozycję", Sort.AMOUNT, {"300 PLN"}),
        ("300,00 PLN", Sort.AMOUNT, {"300 PLN"}),
        ("1 250,50 zł", Sort.AMOUNT, {"1250.50 PLN"}),
        ("R$ 50 cobrados", Sort.AMOUNT, {"50 BRL"}),
        ("R$1.250,50", Sort.AMOUNT, {"1250.50 BRL"}),
        ("$84.50 and 84.50 USD", Sort.AMOUNT, {"84.50 USD"}),
        ("it lasts 300 hours", Sort.AMOUNT, set()),
        ("zamówienie FV/2026/10/00123", Sort.NUMBER, {"FV20261000123"}),
        ("order AB-10442, please", Sort.NUMBER, {"AB10442"}),
        ("protocolo 20261122334.", Sort.NUMBER, {"20261122334"}),
        ("on 2026-11-22 or 22/11/2026", Sort.NUMBER, set()),
        ("2000mAh after 100000km, version 1.2.34567", Sort.NUMBER, set()),
        ("my card 4111111111111111", Sort.NUMBER, set()),
        ("see https://shop.example/order/1234567", Sort.NUMBER, set()),
        ("+48 600 100 200 or (11) 98765-4321", Sort.PHONE, {"600100200", "987654321"}),
        ("0048600100200", Sort.PHONE, {"600100200"}),
        ("write to Kamil.W@Example.net", Sort.ADDRESS, {"kamil.w@example.net"}),
        ("lote AB12C do remédio", Sort.LOT, {"AB12C"}),
        ("lot: L-2291", Sort.LOT, {"L2291"}),
        ("a lot of trouble", Sort.LOT, set()),
        ("Faktury, fakturze, fakturą", Sort.WORD, {"faktur"}),
        ("please help me with this problem", Sort.WORD, set()),
    ],
)
def test_what_is_written_differently_is_recognised(text: str, sort: Sort, found: set[str]) -> None:
    assert values(text, sort) == found


def test_a_name_is_recognised_in_a_handle() -> None:
    mail = of_person(value="k.wisniewski@poczta.example", display="Kamil Wiśniewski")
    handle = of_person(value="kamil_w_88", display="Kamil W.")
    other = of_person(value="zofia", display="Zofia Nowak")
    assert (Sort.ALIKE, "kamilw") in mail & handle
    assert not mail & other


def test_a_text_of_many_words_leaves_few_traces() -> None:
    text = " ".join(chr(97 + n % 26) * 4 + chr(97 + n // 26) * 3 for n in range(600))
    assert len(values(text, Sort.WORD)) <= MOST_WORDS


@pytest.mark.parametrize("text", ["1-", "A/", "a.", "lot ", "1 ", "a@", "R$ ", "+", "9" * 50 + " "])
def test_no_text_takes_long(text: str) -> None:
    begin = time.perf_counter()
    of_words("", text * 20_000)
    assert time.perf_counter() - begin < 1
