"""What a call costs is an amount of the declared currency, whatever is asked and whatever is answered."""

from __future__ import annotations

import re
from typing import cast

import pytest

from answerable.channels.conformance.asking import connector, kinds_of
from answerable.channels.conformance.samples import answers, settings
from answerable.channels.contract_costing import Cost, Costs
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall, SmtpAnswer

STRANGE: list[Answer | None] = [
    None,
    *(HttpAnswer(200, body=body) for body in (b"", b"[]", b'{"data"', b"\xff", b'{"data": 7}')),
    HttpAnswer(429),
    SmtpAnswer(250),
]
CALLS = [
    HttpCall(method, f"https://kit.example/{path}", body=body)
    for method in ("GET", "POST", "PUT", "DELETE")
    for path in ("", "2/tweets/search/recent?max_results=x", "a/b/c")
    for body in (b"", b"{}", b"\xff")
]

pytestmark = pytest.mark.parametrize("kind", kinds_of(Costs))


def test_any_call_costs_an_amount_of_its_currency(kind: str) -> None:
    for call in CALLS:
        for answer in (*STRANGE, *(each.answer for to in ("page", "receipt") for each in answers(to))):
            cost = _cost(kind, call, answer)
            assert cost.amount >= 0
            assert cost.currency == connector(kind).spec.currency
            assert 0 < len(cost.what) <= 60


def test_the_currency_is_a_code_of_iso_4217(kind: str) -> None:
    assert re.fullmatch("[A-Z]{3}", connector(kind).spec.currency)


def _cost(kind: str, call: HttpCall, answer: Answer | None) -> Cost:
    return cast("Costs", connector(kind)).cost(call, settings(connector(kind)), answer)
