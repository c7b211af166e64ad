"""What a source costs is shown where its people look, and they set the cap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from answerable.channels import metering
from answerable.channels.models import Spending
from answerable.channels.registry import connectors
from answerable.channels.sandbox.connector import SandboxConnector
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.inbox.tests.asking import Program, told
from answerable.testing.cast import Cast


class PaidSquare(SandboxConnector):
    spec = replace(SandboxConnector.spec, currency="EUR")


@pytest.fixture(autouse=True)
def _paid(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    monkeypatch.setitem(connectors(), "sandbox", PaidSquare())
    Spending.objects.create(source=cast.square, month=metering._month(), what="posts read", amount=Decimal("9.5"))


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def sent(cast: Cast, cap: str) -> int:
    given = {"label": "Square", "team": cast.front_line.pk, "monthly_cap": cap}
    return as_(cast.root).post(f"/settings/sources/{cast.square.pk}", given).status_code


def test_the_page_of_the_channels_shows_what_was_spent_and_that_listening_rests(cast: Cast) -> None:
    before = as_(cast.ben).get("/channels").content.decode()
    assert "€9.50" in before
    assert "no cap is set" in before
    assert "Listening rests" not in before
    metering.cap(cast.square, most=Decimal(10), by=cast.root)
    after = as_(cast.ben).get("/channels").content.decode()
    assert "€9.50 of €10.00" in after
    assert "Listening rests" in after


def test_the_cap_is_set_shown_and_taken_away_in_the_form(cast: Cast) -> None:
    assert sent(cast, "1,250.50") == 303
    shown = as_(cast.root).get(f"/settings/sources/{cast.square.pk}").content.decode()
    assert 'value="1,250.5"' in shown
    assert "€9.50 of €1,250.50" in shown
    assert sent(cast, "") == 303
    cast.square.refresh_from_db()
    assert cast.square.monthly_cap is None


def test_what_is_no_amount_is_refused_with_its_field(cast: Cast) -> None:
    for wrong in ("much", "0", "-5"):
        assert sent(cast, wrong) == 422
    cast.square.refresh_from_db()
    assert cast.square.monthly_cap is None


def test_a_program_reads_and_sets_the_cap(cast: Cast) -> None:
    root = Program(cast.root)
    given = {"label": "Square", "team": cast.front_line.pk, "monthly_cap": "20.00"}
    changed = told(root.put(f"sources/{cast.square.pk}", given))
    assert (changed["currency"], changed["monthly_cap"], changed["spent_this_month"]) == ("EUR", "20.00", "9.500000")
    assert told(root.get(f"sources/{cast.mailbox.pk}"))["spent_this_month"] is None
