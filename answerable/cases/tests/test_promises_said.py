"""Promises found in what is being written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.cases import promises_said

# A Thursday, 15:00 in Warsaw.
AT = datetime(2026, 7, 2, 13, 0, tzinfo=UTC)
ZONE = "Europe/Warsaw"


def due(text: str) -> list[str]:
    return [f"{each.due_at:%Y-%m-%d %H:%M}" for each in promises_said.find(text, at=AT, zone=ZONE)]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("You get a corrected invoice within 30 days.", "2026-08-01 23:59"),
        ("We call you in two days.", "2026-07-04 23:59"),
        ("It is sent within 5 working days.", "2026-07-09 23:59"),
        ("It is sent within 2 business days.", "2026-07-06 23:59"),
        ("I will write by Friday", "2026-07-03 23:59"),
        ("You will have it by Thursday.", "2026-07-09 23:59"),
        ("I answer within 24 hours.", "2026-07-03 15:00"),
        ("You have it by tomorrow.", "2026-07-03 23:59"),
        ("It is done by the end of the week.", "2026-07-03 23:59"),
        ("It is done by the end of the month.", "2026-07-31 23:59"),
        ("It arrives by 3 August.", "2026-08-03 23:59"),
        ("It arrives by August 3rd, 2027.", "2027-08-03 23:59"),
        ("It arrives by 3 January.", "2027-01-03 23:59"),
        ("Within a month you have it.", "2026-08-02 23:59"),
        ("Você recebe a fatura corrigida em até 30 dias.", "2026-08-01 23:59"),
        ("Enviamos dentro de 5 dias úteis.", "2026-07-09 23:59"),
        ("Respondo até sexta-feira.", "2026-07-03 23:59"),
        ("Chega até amanhã.", "2026-07-03 23:59"),
        ("Chega até o dia 03/08.", "2026-08-03 23:59"),
        ("Fica pronto até 3 de agosto de 2026.", "2026-08-03 23:59"),
        ("Fica pronto até o fim do mês.", "2026-07-31 23:59"),
        ("Respondemos em até 24 horas.", "2026-07-03 15:00"),
        ("Skorygowaną fakturę wyślemy do 30 dni.", "2026-08-01 23:59"),
        ("Odpowiemy w ciągu 24 godzin.", "2026-07-03 15:00"),
        ("Odpiszę do piątku.", "2026-07-03 23:59"),
        ("Wyślemy w terminie 14 dni roboczych.", "2026-07-22 23:59"),
        ("Będzie do 3 sierpnia.", "2026-08-03 23:59"),
        ("Będzie do 3.08.2026.", "2026-08-03 23:59"),
        ("Zrobimy to w ciągu tygodnia.", "2026-07-09 23:59"),
        ("Zrobimy to do jutra.", "2026-07-03 23:59"),
    ],
)
def test_a_promised_time_is_found_with_its_date(text: str, when: str) -> None:
    assert due(text) == [when]


@pytest.mark.parametrize(
    "text",
    [
        "Did you write within 30 days?",
        "We received your letter of 30 days.",
        "Thank you for the photo.",
        "Fundado em 1998.",
        "It arrives by 31 February.",
        "Dzień dobry, dziękujemy za wiadomość.",
        "",
    ],
)
def test_nothing_is_suggested_where_nothing_is_promised(text: str) -> None:
    assert due(text) == []


def test_each_sentence_is_one_promise_at_its_earliest_time() -> None:
    text = "We send it by Friday, within 30 days at the latest. The invoice comes within 14 days."
    found = promises_said.find(text, at=AT, zone=ZONE)
    assert [each.words for each in found] == ["by friday", "within 14 days"]
    assert found[1].text == "The invoice comes within 14 days."


def test_a_day_ends_in_the_zone_of_the_workspace() -> None:
    (warsaw,) = promises_said.find("by tomorrow", at=AT, zone=ZONE)
    (recife,) = promises_said.find("by tomorrow", at=AT, zone="America/Recife")
    assert (recife.due_at - warsaw.due_at).total_seconds() == 5 * 3600


@given(st.text(max_size=400))
def test_any_text_is_read_and_what_is_found_lies_ahead(text: str) -> None:
    assert all(each.due_at > AT for each in promises_said.find(text, at=AT, zone=ZONE))


@given(st.sampled_from(["within", "do", "em até"]), st.integers(0, 9999), st.sampled_from(["days", "dni", "dias"]))
def test_no_number_of_days_breaks_it(before: str, number: int, unit: str) -> None:
    assert len(promises_said.find(f"{before} {number} {unit}", at=AT, zone=ZONE)) <= 1
