"""Referrals to a safety system that drops, delays, doubles and lies: none is lost, none goes out twice, each gap is named.

Two hundred here; `REFERRALS=2000` sends as many.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from answerable.cases.models import Filing
from answerable.core.access import House
from answerable.core.moments import now
from answerable.safety import (
    acknowledging,
    handing_over,
    looking_up,
    neutral,
    outcomes,
    reconciling,
    referring,
)
from answerable.safety.models import Discrepancy, Referral, Report, SafetySystem, Version
from answerable.safety.reconciliation import Gap
from answerable.safety.tests.by_hand import by_hand_only
from answerable.safety.tests.passing_on import Watch, system_of, watch_over
from answerable.safety.tests.told import pia
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from tests.peers.safety_system import KEY, STRANGERS
from tests.peers.safety_system import SafetySystem as Unruly
from tests.peers.serving import served

pytestmark = pytest.mark.peers
MANY = int(os.environ.get("REFERRALS", "200"))
ROUNDS = 8


@pytest.fixture
def unruly(settings: Any) -> Iterator[Unruly]:
    yield from served(Unruly(seed=6), settings)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return watch_over(monkeypatch, looking_up, outcomes, handing_over, referring, acknowledging, reconciling)


def reports(cast: Cast, many: int) -> list[Report]:
    """Each with a document of its own, all told in one message."""
    by_hand_only(cast)
    case = arrive(letter("It made me dizzy."), cast.mailbox)
    message = Filing.objects.get(case=case).message
    at = now()
    kept = Report.objects.bulk_create(
        Report(
            workspace=cast.workspace,
            message=message,
            number=f"PT-GLIMO-{number:06}",
            sort="adverse_event",
            received_at=message.received_at,
            opened_at=at,
        )
        for number in range(1, many + 1)
    )
    values = replace(pia(), criteria={}, reactions=(), products=())
    documents = [neutral.HandOver(replace(values, number=each.number, version=1)) for each in kept]
    Version.objects.bulk_create(
        Version(report=each, number=1, document=told.data().decode(), digest=told.digest(), reason="x", at=at)
        for each, told in zip(kept, documents, strict=True)
    )
    return kept


def carry_out(system: SafetySystem, watch: Watch) -> None:
    """What the workers would do, round by round, until nothing waits and nothing is in doubt."""
    rows = Referral.objects.filter(system=system).select_related("report", "version", "system")
    for _ in range(ROUNDS):
        for referral in rows.filter(state=Referral.State.WAITING):
            handing_over.send(referral)
        watch.on(minutes=5)
        for referral in rows.filter(state__in=(Referral.State.UNKNOWN, Referral.State.SENT)):
            looking_up.look_up(referral)


def sent_blindly(log: list[str]) -> bool:
    """Did it go out a second time although they might have had it?"""
    return any(
        later.startswith("put:") and earlier.startswith("put:") and earlier != "put:busy"
        for earlier, later in pairwise(log)
    )


@pytest.mark.django_db
def test_many_reports_and_a_safety_system_that_lies(cast: Cast, unruly: Unruly, watch: Watch) -> None:
    system = system_of(cast, "api", address=unruly.address, key=KEY, seconds=1)
    by = House(cast.workspace.pk, "tests")
    for report in reports(cast, MANY):
        referring.refer(report, system=system, by=by)

    carry_out(system, watch)
    unruly.go_wrong()
    made = reconciling.ask_and_reconcile(system, by=by)

    states = Counter(Referral.objects.values_list("state", flat=True))
    assert set(states) <= {"acknowledged", "sent"}, "nothing waits for ever and nothing stays in doubt"
    assert sum(states.values()) == MANY, "none is lost"
    assert not [key for key, log in unruly.log.items() if sent_blindly(log)]
    twice = {key.rpartition(".")[0] for key, lines in unruly.lines.items() if len(lines) > 1}
    assert twice == unruly.numbers("doubles"), (
        "in effect each is there once, but for those that they doubled themselves"
    )
    assert named(Gap.ACKNOWLEDGED_NOT_THERE) == unruly.numbers("only_says_so", "loses")
    assert named(Gap.DOUBLED) == unruly.numbers("doubles")
    assert named(Gap.DIFFERENT) == unruly.numbers("other_contents")
    assert named(Gap.NOT_OURS) == {f"XX-ELSE-{number}" for number in range(STRANGERS)}
    assert named(Gap.NOT_THERE) == named(Gap.NOT_ACKNOWLEDGED) == set()
    assert (made.sent, made.differences) == (MANY, Discrepancy.objects.count())
    assert unruly.numbers("slow", "cut_before", "cut_after", "hides", "busy"), "the seed brings every sort of trouble"


def named(gap: Gap) -> set[str]:
    return set(Discrepancy.objects.filter(gap=gap).values_list("number", flat=True))
