"""The nothing-lost ledger."""

from __future__ import annotations

import json

import pytest

from answerable.channels.contract import Page, Raw
from answerable.core.moments import now
from answerable.intake import pipeline, reconciling
from answerable.intake.models import Envelope, ProviderCount
from answerable.intake.receiving import receive
from answerable.intake.reconciling import Line
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast


@pytest.fixture
def line(cast: Cast) -> Line:
    """Of four, one is filed, one set aside, one quarantined and one waits."""
    bodies = [
        letter("It beeps."),
        letter("Away.", message_id="<2@x.net>", Auto_Submitted="auto-replied"),
        b"",
        letter("Later."),
    ]
    for body in bodies[:3]:
        receive(cast.mailbox, [Raw(body=body, external_id=f"{len(body)}")], at=now())
    while pipeline.open_waiting(cast.mailbox):
        pass
    receive(cast.mailbox, [Raw(body=bodies[3])], at=now())
    (only,) = reconciling.ledger(cast.ada)
    return only


def test_what_is_held_is_always_accounted_for(line: Line) -> None:
    assert (line.filed, line.set_aside, line.quarantined, line.waiting) == (1, 1, 1, 1)
    assert line.held == 4
    assert not line.balanced


def test_a_day_balances_when_nothing_waits_and_the_provider_says_the_same(cast: Cast, line: Line) -> None:
    Envelope.objects.filter(state="waiting").update(state="filed")
    assert [each.balanced for each in reconciling.ledger(cast.ada)] == [True]
    for says, difference in ((4, 0), (5, 1)):
        reconciling.note(cast.mailbox, Page((), {}, provider_count=says, provider_day=now().date().isoformat()))
        (only,) = reconciling.ledger(cast.ada)
        assert (only.says, only.difference, only.balanced) == (says, difference, difference == 0)
    assert ProviderCount.objects.count() == 1


def test_a_day_of_which_only_the_provider_knows_is_shown(cast: Cast) -> None:
    reconciling.note(cast.square, Page((), {}, provider_count=2, provider_day=now().date().isoformat()))
    (only,) = reconciling.ledger(cast.ada)
    assert (only.held, only.says, only.balanced) == (0, 2, False)


def test_the_ledger_shows_the_sources_of_the_viewer_only(cast: Cast, line: Line) -> None:
    assert reconciling.ledger(cast.mira) == []
    assert reconciling.ledger(cast.otto) == []
    assert len(reconciling.ledger(cast.root)) == 1


def test_lines_come_newest_first(cast: Cast, line: Line) -> None:
    receive(cast.square, [Raw(body=json.dumps({}).encode())], at=now().replace(year=2025))
    assert [each.source for each in reconciling.ledger(cast.ada, days=1000)] == [cast.mailbox, cast.square]
