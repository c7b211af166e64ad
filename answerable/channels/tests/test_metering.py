"""What calls cost is on a meter, and a cap keeps room for answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from answerable.channels import calling, metering
from answerable.channels.contract_costing import Cost
from answerable.channels.models import Source, SourceNotice, Spending
from answerable.channels.registry import connectors
from answerable.channels.sandbox.connector import SandboxConnector
from answerable.core import wire
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import told_at
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer
from answerable.intake import polling
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast

__all__ = ["_journal_closes_again", "committed", "committed_cast"]

ASK = HttpCall("GET", "http://localhost:1/")
SAY = HttpCall("POST", "http://localhost:1/")
SAID = HttpAnswer(200, body=b"1234")


class PricedSquare(SandboxConnector):
    """A cent for each byte of an answer, ten at most; saying something is five cents."""

    spec = replace(SandboxConnector.spec, currency="EUR")

    def cost(self, call: Call, settings: Mapping[str, Any], answer: Answer | None = None) -> Cost:
        assert isinstance(call, HttpCall)
        if call.method == "POST":
            return Cost(Decimal("0.05"), "EUR", "answers")
        read = len(answer.body) if isinstance(answer, HttpAnswer) else 10
        return Cost(Decimal(read) / 100, "EUR", "posts read")


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer | NoAnswer], None]:
    """The square costs money; returns what sets its next answers."""
    monkeypatch.setitem(connectors(), "sandbox", PricedSquare())
    given: list[Answer | NoAnswer] = [SAID]

    def run(call: Call, **_: object) -> Answer:
        if isinstance(given[0], NoAnswer):
            raise given[0]
        return given[0]

    monkeypatch.setattr(wire, "run", run)
    return lambda answer: given.__setitem__(0, answer)


def notices(source: Source) -> list[str]:
    return sorted(set(SourceNotice.objects.filter(source=source).values_list("kind", flat=True)))


def capped(source: Source, most: str, spent: str, cast: Cast) -> None:
    metering.cap(source, most=Decimal(most), by=cast.root)
    Spending.objects.create(source=source, month=metering._month(), what="posts read", amount=Decimal(spent))


def test_a_call_costs_what_its_answer_says(cast: Cast, paid: object) -> None:
    calling.call(cast.square, ASK)
    calling.call(cast.square, ASK)
    calling.call(cast.square, SAY, is_answer=True)

    told = metering.balance(cast.square)
    assert told is not None
    assert (told.spent, told.cap, told.currency, told.rests) == (Decimal("0.13"), None, "EUR", False)
    parts = [(each.what, each.amount, each.calls) for each in told.parts]
    assert parts == [("posts read", Decimal("0.08"), 2), ("answers", Decimal("0.05"), 1)]


def test_what_never_left_costs_nothing_and_what_may_have_left_counts_in_full(
    cast: Cast, paid: Callable[[NoAnswer], None]
) -> None:
    for sent, spent in ((False, "0"), (True, "0.10")):
        paid(NoAnswer("The line is down.", sent=sent))
        with pytest.raises(NoAnswer):
            calling.call(cast.square, ASK)
        assert metering.spent(cast.square) == Decimal(spent)


def test_at_nine_tenths_listening_rests_and_answers_still_go(cast: Cast, paid: object) -> None:
    capped(cast.square, "10", "8.95", cast)

    with pytest.raises(calling.UsedUp):
        calling.call(cast.square, ASK)
    assert polling.poll(cast.square) == 0
    calling.call(cast.square, SAY, is_answer=True)

    cast.square.refresh_from_db()
    assert (cast.square.state, cast.square.failing_since) == (Source.State.ON, None)
    assert metering.spent(cast.square) == Decimal("9.00")


def test_at_the_end_answers_wait_an_hour_at_most_until_the_cap_is_raised(cast: Cast, paid: object) -> None:
    capped(cast.square, "10", "9.96", cast)
    with pytest.raises(calling.UsedUp) as waits:
        calling.call(cast.square, SAY, is_answer=True)
    assert waits.value.after <= 3600

    metering.cap(cast.square, most=Decimal(20), by=cast.root)
    calling.call(cast.square, SAY, is_answer=True)


def test_the_lead_is_told_once_of_each_line_and_again_of_a_new_cap(cast: Cast, paid: object) -> None:
    capped(cast.square, "10", "7.97", cast)
    for _ in range(2):
        calling.call(cast.square, ASK)
    assert notices(cast.square) == ["cap_near"]
    Spending.objects.filter(source=cast.square).update(amount=Decimal("8.96"))
    calling.call(cast.square, SAY, is_answer=True)
    Spending.objects.filter(what="posts read").update(amount=Decimal("9.94"))
    with pytest.raises(calling.UsedUp):
        calling.call(cast.square, SAY, is_answer=True)
    told = set(SourceNotice.objects.filter(source=cast.square).values_list("user_id", flat=True))
    assert notices(cast.square) == ["cap_near", "cap_reached", "cap_rests"]
    assert cast.ben.user_id in told

    SourceNotice.objects.update(seen_at=cast.square.created_at)
    metering.cap(cast.square, most=Decimal(12), by=cast.root)
    calling.call(cast.square, SAY, is_answer=True)
    assert SourceNotice.objects.filter(seen_at=None, kind="cap_near").exists()


def test_a_new_month_begins_at_nothing(cast: Cast, paid: object) -> None:
    with told_at(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)):
        calling.call(cast.square, ASK)
    with told_at(datetime(2026, 12, 1, tzinfo=UTC)):
        assert metering.spent(cast.square) == 0
        calling.call(cast.square, ASK)
    assert [str(month) for month in Spending.objects.order_by("month").values_list("month", flat=True)] == [
        "2026-11-01",
        "2026-12-01",
    ]


def test_who_may_set_a_cap_and_what_is_one(cast: Cast, paid: object) -> None:
    for wrong in ("0", "-1", "1000000"):
        with pytest.raises(Invalid):
            metering.cap(cast.square, most=Decimal(wrong), by=cast.root)
    with pytest.raises(NotAllowed):
        metering.cap(cast.square, most=Decimal(1), by=cast.ada)
    metering.cap(cast.square, most=Decimal("12.50"), by=cast.root)
    metering.cap(cast.square, most=Decimal("12.50"), by=cast.root)
    told = Event.objects.get(kind="source_capped")
    assert told.data == {"most": "12.50", "currency": "EUR"}


def test_a_channel_that_costs_nothing_has_no_meter(cast: Cast) -> None:
    assert metering.balance(cast.square) is None


def test_of_two_workers_that_want_the_last_money_one_gets_it(committed_cast: Cast, paid: object) -> None:
    capped(committed_cast.square, "10", "9.95", committed_cast)
    gone: list[bool] = []
    together = Barrier(2)

    def say() -> None:
        together.wait()
        try:
            calling.call(committed_cast.square, SAY, is_answer=True)
            gone.append(True)
        except calling.UsedUp:
            gone.append(False)
        finally:
            connection.close()

    workers = [Thread(target=say) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(gone) == [False, True]
    assert metering.spent(committed_cast.square) == Decimal(10)
