"""The balance: each difference by its name, open until it is gone or a person says what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.safety import handing_over, looking_up, outcomes, reconciling, referral_queries, referring, reporting
from answerable.safety.models import Discrepancy, PretendRecord, Referral, SafetyNotice, SafetySystem
from answerable.safety.reconciliation import Gap, Received, reconcile
from answerable.safety.reconciliation import Referral as Ours
from answerable.safety.systems import sandbox
from answerable.safety.tests.passing_on import Line, line_of, officer_of, report_of, system_of, watch_over
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sol(cast: Cast) -> Viewer:
    return officer_of(cast)


@pytest.fixture
def system(cast: Cast) -> SafetySystem:
    return system_of(cast)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_of(monkeypatch)


@pytest.fixture
def sent(cast: Cast, system: SafetySystem, sol: Viewer, line: Line, monkeypatch: pytest.MonkeyPatch) -> Referral:
    """One report that both sides hold, acknowledged."""
    referral = referring.refer(report_of(cast), system=system, by=sol)
    handing_over.send(referral)
    watch_over(monkeypatch, sandbox).on(minutes=2)
    looking_up.look_up(Referral.objects.get(pk=referral.pk))
    return Referral.objects.get(pk=referral.pk)


def gaps() -> list[str]:
    return list(Discrepancy.objects.filter(gone_at=None).order_by("pk").values_list("gap", flat=True))


def test_both_sides_hold_the_same(sent: Referral, system: SafetySystem, sol: Viewer) -> None:
    made = reconciling.ask_and_reconcile(system, by=sol)
    assert (made.sent, made.acknowledged, made.there, made.differences) == (1, 1, 1, 0)
    assert made.balances
    assert Event.objects.get(kind="safety_reconciled").data["differences"] == 0
    assert not SafetyNotice.objects.exists()


def test_a_difference_is_named_told_of_and_gone_when_both_agree_again(
    sent: Referral, system: SafetySystem, sol: Viewer
) -> None:
    held = PretendRecord.objects.get()
    PretendRecord.objects.all().delete()
    reconciling.ask_and_reconcile(system, by=outcomes.house(system))
    assert gaps() == [Gap.ACKNOWLEDGED_NOT_THERE]
    assert SafetyNotice.objects.get().kind == "reconciliation_differs"

    held.save(force_insert=True)
    reconciling.ask_and_reconcile(system, by=outcomes.house(system))
    assert gaps() == []
    assert Discrepancy.objects.get().gone_at is not None


def test_a_settled_one_stays_settled_while_it_is_the_same(sent: Referral, system: SafetySystem, sol: Viewer) -> None:
    PretendRecord.objects.create(system=system, key="x", number="PT-ELSE-1", digest="0" * 64, received_at=now())
    reconciling.ask_and_reconcile(system, by=sol)
    found = Discrepancy.objects.get()
    assert found.gap == Gap.NOT_OURS
    with pytest.raises(Invalid):
        reconciling.settle(found, because=" ", by=sol)
    reconciling.settle(found, because="A test of theirs.", by=sol)
    with pytest.raises(Conflict):
        reconciling.settle(found, because="Again.", by=sol)

    reconciling.ask_and_reconcile(system, by=sol)
    assert not Discrepancy.objects.get().is_open
    PretendRecord.objects.create(system=system, key="y", number="PT-ELSE-1", digest="0" * 64, received_at=now())
    reconciling.ask_and_reconcile(system, by=sol)
    assert Discrepancy.objects.filter(gone_at=None, settled_at=None).count() == 1, "it is another one now"
    assert Event.objects.filter(kind="discrepancy_settled").count() == 1


def test_only_a_safety_officer_compares_and_settles(sent: Referral, system: SafetySystem, cast: Cast) -> None:
    for viewer in (cast.ada, cast.mira, cast.root):
        with pytest.raises(NotAllowed):
            reconciling.ask_and_reconcile(system, by=viewer)


def test_an_earlier_version_there_is_no_second_report(
    sent: Referral, system: SafetySystem, sol: Viewer, cast: Cast
) -> None:
    version = sent.version
    values = replace(reporting.values_of(version), narrative="She fell.")
    reporting.correct(sent.report, expected=version.number, values=values, reason="She said more.", by=cast.ada)
    handing_over.send(referring.refer(sent.report, system=system, by=sol))

    made = reconciling.ask_and_reconcile(system, by=sol)

    assert gaps() == [Gap.NOT_ACKNOWLEDGED], "the later version is there, and not acknowledged yet"
    assert (made.sent, made.there) == (1, 1)


def test_no_list_today_is_told(system: SafetySystem, sol: Viewer, line: Line) -> None:
    line.next = ["cut"]
    with pytest.raises(Invalid, match="nothing was compared"):
        reconciling.ask_and_reconcile(system, by=sol)
    reconciling.missed(system, words="x", by=outcomes.house(system))
    assert SafetyNotice.objects.get().kind == "reconciliation_missed"
    assert Event.objects.filter(kind="safety_not_reconciled").count() == 1


def test_the_list_is_read_page_by_page(
    system: SafetySystem, sol: Viewer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "PAGE", 2)
    for number in range(5):
        PretendRecord.objects.create(
            system=system, key=str(number), number=f"N-{number}", digest="0" * 64, received_at=now()
        )
    assert reconciling.ask_and_reconcile(system, by=sol).there == 5


def test_otto_sees_nothing_of_it(sent: Referral, system: SafetySystem, cast: Cast) -> None:
    assert referral_queries.standings(cast.otto) == []
    assert not referral_queries.open_referrals(cast.otto).exists()
    assert not referral_queries.of_report(sent.report, cast.otto).exists()


def test_earlier_versions_count_only_beside_the_last_one() -> None:
    at = now()
    ours = Ours("N", "b", at, at + timedelta(days=1), at, earlier=frozenset({"a"}))
    both = [Received("N", "a", at), Received("N", "b", at)]
    assert reconcile([ours], both, at=at).balances
    assert reconcile([ours], both[:1], at=at).of(Gap.DIFFERENT) == {"N"}
    assert reconcile([ours], [*both, both[1]], at=at).of(Gap.DOUBLED) == {"N"}
