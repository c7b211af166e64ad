"""Referral: done when they acknowledge it; tried until it is there; looked up when in doubt, never sent blindly."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.clocks import starting
from answerable.clocks.models import Clock
from answerable.core import moments, wire
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.wire.calls import Call, HttpAnswer
from answerable.safety import arranging, handing_over, looking_up, outcomes, referring
from answerable.safety.models import PretendRecord, Referral, ReferralAttempt, Report, SafetyNotice, SafetySystem
from answerable.safety.systems import sandbox
from answerable.safety.tests.passing_on import (
    Line,
    Watch,
    held,
    line_of,
    officer_of,
    report_of,
    system_of,
    watch_over,
)
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
State = Referral.State


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_of(monkeypatch)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return watch_over(monkeypatch, looking_up, outcomes, handing_over, referring, sandbox)


@pytest.fixture
def sol(cast: Cast) -> Viewer:
    return officer_of(cast)


@pytest.fixture
def system(cast: Cast) -> SafetySystem:
    return system_of(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return report_of(cast)


@pytest.fixture
def referral(report: Report, system: SafetySystem, sol: Viewer) -> Referral:
    return referring.refer(report, system=system, by=sol)


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="refer").order_by("pk").values_list("kind", flat=True))


def fresh(referral: Referral) -> Referral:
    return Referral.objects.select_related("system", "report", "version").get(pk=referral.pk)


def send(referral: Referral) -> Referral:
    handing_over.send(fresh(referral))
    return fresh(referral)


def ask(referral: Referral) -> Referral:
    looking_up.look_up(fresh(referral))
    return fresh(referral)


def test_a_report_goes_out_in_a_job_and_is_done_when_it_is_acknowledged(
    referral: Referral, line: Line, watch: Watch
) -> None:
    assert ProcrastinateJob.objects.filter(task_name="answerable.safety.jobs.send").count() == 1
    assert send(referral).state == State.SENT

    assert ask(referral).state == State.SENT, "they have it, and have not said that they read it"
    watch.on(minutes=2)
    done = ask(referral)

    assert (done.state, done.theirs, done.next_try_at) == (State.ACKNOWLEDGED, PretendRecord.objects.get().theirs, None)
    assert kinds() == ["referral_sent", "referral_acknowledged"]
    assert Event.objects.filter(kind="report_referred").count() == 1


def test_only_a_safety_officer_sends_a_report(cast: Cast, report: Report, system: SafetySystem) -> None:
    for viewer in (cast.ada, cast.mira, cast.root):
        with pytest.raises(NotAllowed):
            referring.refer(report, system=system, by=viewer)
    assert not Referral.objects.exists()


def test_the_same_version_is_sent_once(referral: Referral, report: Report, system: SafetySystem, sol: Viewer) -> None:
    with pytest.raises(Conflict):
        referring.refer(report, system=system, by=sol)
    assert Referral.objects.get() == referral


def test_a_report_of_others_is_not_taken(cast: Cast, report: Report, sol: Viewer) -> None:
    theirs = SafetySystem.objects.create(
        workspace_id=cast.otto.workspace_id, label="S", way="sandbox", made_at=moments.now()
    )
    with pytest.raises(Invalid):
        referring.refer(report, system=theirs, by=sol)


def test_what_surely_did_not_leave_is_tried_again_after_growing_waits(referral: Referral, line: Line) -> None:
    line.next = ["cut", "cut"]
    waits = []
    for _ in range(2):
        again = send(referral)
        assert again.next_try_at is not None
        waits.append(again.next_try_at - moments.now())

    assert (again.state, again.tries, held()) == (State.WAITING, 2, 0)
    assert waits[1] > waits[0]
    assert send(referral).state == State.SENT


def test_the_officer_is_told_once_that_the_system_fails(referral: Referral, line: Line, sol: Viewer) -> None:
    line.next = ["cut", "cut"]
    send(referral)
    send(referral)

    assert SafetyNotice.objects.get().user_id == sol.user_id
    assert fresh(referral).system.failing_since is not None
    assert Event.objects.filter(kind="safety_system_failing").count() == 1
    send(referral)
    assert fresh(referral).system.failing_since is None


@pytest.mark.parametrize("how", ["late", 500])
def test_a_lost_answer_is_looked_up_and_not_sent_again(referral: Referral, line: Line, how: str | int) -> None:
    line.next = [how]
    assert send(referral).state == State.UNKNOWN
    if how == 500:
        return
    assert ask(referral).state == State.SENT
    assert (line.put, held()) == (1, 1)
    assert Event.objects.filter(kind="referral_found").count() == 1


def test_one_that_is_surely_not_there_goes_out_again_under_its_key(
    referral: Referral, line: Line, watch: Watch
) -> None:
    line.next = ["lost"]
    send(referral)
    assert ask(referral).state == State.UNKNOWN, "what left a moment ago may still arrive"

    watch.on(minutes=2)
    assert ask(referral).state == State.WAITING
    assert send(referral).state == State.SENT
    keys = {call.headers["Idempotency-Key"] for call in line.calls if call.method == "PUT"}
    assert (keys, held()) == ({referral.key}, 1)


def test_a_sent_one_that_is_not_there_any_more_is_for_a_person(referral: Referral, line: Line, sol: Viewer) -> None:
    send(referral)
    PretendRecord.objects.all().delete()

    lost = ask(referral)
    assert (lost.state, line.put) == (State.SENT, 1)
    assert "not there" in lost.trouble
    with pytest.raises(Invalid):
        referring.again(lost, because=" ", by=sol)
    referring.again(lost, because="They lost a day.", by=sol)
    assert send(referral).state == State.SENT
    assert (line.put, held()) == (2, 1)
    assert Event.objects.filter(kind="referral_repeated").count() == 1


def test_a_refusal_is_final_and_the_officer_is_told(referral: Referral, line: Line) -> None:
    line.next = [422]
    assert send(referral).state == State.REFUSED
    assert SafetyNotice.objects.get().kind == "referral_refused"
    assert Event.objects.filter(kind="referral_refused").count() == 1


def test_a_key_that_is_no_longer_accepted_keeps_the_report_waiting(referral: Referral, line: Line) -> None:
    line.next = [401]
    assert send(referral).state == State.WAITING
    assert "access key" in fresh(referral).trouble


def test_an_acknowledgement_of_other_contents_acknowledges_nothing(
    referral: Referral, line: Line, watch: Watch
) -> None:
    send(referral)
    PretendRecord.objects.update(digest="0" * 64)
    watch.on(minutes=2)

    wrong = ask(referral)

    assert (wrong.state, wrong.acknowledged_at) == (State.SENT, None)
    assert "other contents" in wrong.trouble
    assert SafetyNotice.objects.get().kind == "referral_different"


def test_a_worker_that_died_before_it_left_tries_again_and_after_it_looks_up(
    referral: Referral, line: Line, watch: Watch
) -> None:
    for handed_over, state in ((False, State.WAITING), (True, State.UNKNOWN)):
        attempt = handing_over._claim(fresh(referral))
        assert attempt is not None
        if handed_over:
            ReferralAttempt.objects.filter(pk=attempt.pk).update(handed_over_at=watch())
        assert looking_up.find_interrupted() == []
        watch.on(minutes=5)
        assert looking_up.find_interrupted() == [referral.pk]
        assert fresh(referral).state == state


def test_a_slow_worker_stops_before_the_point_of_no_return(
    referral: Referral, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(call: Call, **options: Any) -> HttpAnswer:
        ReferralAttempt.objects.update(state=ReferralAttempt.State.LATER)
        return line.run(call, **options)

    monkeypatch.setattr(wire, "run", slow)
    send(referral)
    assert held() == 0


def test_a_paused_system_gets_nothing_and_what_waits_goes_out_then(
    cast: Cast, referral: Referral, system: SafetySystem, line: Line
) -> None:
    arranging.switch(system, on=False, by=cast.root)
    assert (send(referral).state, line.calls) == (State.WAITING, [])
    arranging.switch(system, on=True, by=cast.root)
    assert send(referral).state == State.SENT


def test_late_is_said_once_to_the_officer_and_in_the_journal(
    referral: Referral, system: SafetySystem, watch: Watch
) -> None:
    assert looking_up.overdue(system) == 0
    watch.on(hours=25)
    assert (looking_up.overdue(system), looking_up.overdue(system)) == (1, 0)
    assert SafetyNotice.objects.filter(kind="referral_overdue").count() == 1
    assert Event.objects.filter(kind="referral_overdue").count() == 1


def test_the_company_s_clock_stops_at_the_acknowledgement_and_not_at_the_sending(
    referral: Referral, report: Report, line: Line, watch: Watch, cast: Cast
) -> None:
    case = report.message.filing.case
    started = starting.start(
        case,
        rule=outcomes.HAND_OVER_RULE,
        awareness="first_seen_at",
        at=report.received_at,
        why="A suspicion.",
        by=cast.ada,
        message=report.message,
    )
    Clock.objects.filter(pk=started.pk).update(started_at=report.received_at)
    send(referral)
    assert Clock.objects.get(pk=started.pk).is_running
    watch.on(minutes=2)
    ask(referral)
    stopped = Clock.objects.get(pk=started.pk)
    assert not stopped.is_running
    assert report.number in stopped.stopped_why


def test_a_person_settles_what_is_in_doubt(referral: Referral, line: Line, sol: Viewer, cast: Cast) -> None:
    line.next = ["late"]
    send(referral)
    with pytest.raises(NotAllowed):
        referring.settle(fresh(referral), arrived=True, because="They telephoned.", by=cast.mira)
    done = referring.settle(fresh(referral), arrived=True, because="They telephoned.", theirs="26-4471", by=sol)
    done.refresh_from_db()
    assert (done.state, done.theirs) == (State.ACKNOWLEDGED, "26-4471")
    assert Event.objects.filter(kind="referral_settled").count() == 1
    with pytest.raises(Conflict):
        referring.settle(fresh(referral), arrived=False, because="No.", by=sol)


def test_the_rule_sends_what_nobody_changed_for_an_hour_and_near_the_limit_at_once(
    report: Report, system: SafetySystem, sol: Viewer, watch: Watch
) -> None:
    looking_up.keep_on()
    assert not Referral.objects.exists(), "by hand, until an officer says otherwise"
    arranging.instruct(system, rule="every", hours=24, by=sol)
    looking_up.keep_on()
    assert not Referral.objects.exists()
    watch.on(hours=2)
    looking_up.keep_on()
    looking_up.keep_on()
    assert Referral.objects.get().user_id is None


def test_the_rule_for_valid_reports_leaves_an_incomplete_one(
    report: Report, system: SafetySystem, sol: Viewer, watch: Watch
) -> None:
    arranging.instruct(system, rule="valid", hours=24, by=sol)
    watch.on(hours=2)
    looking_up.keep_on()
    assert not Referral.objects.exists()
