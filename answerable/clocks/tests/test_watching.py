"""Warnings before, the breach, and who is told."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from answerable.cases import assigning
from answerable.cases.models import Case, Notice
from answerable.clocks import recalculating, starting, targeting, watching
from answerable.clocks.jobs import follow
from answerable.clocks.models import Clock, Recalculation
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

HOUR = timedelta(hours=1)


def heard(cast: Cast, ago: timedelta) -> Case:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox, at=now() - ago)
    assert case is not None
    return case


def told(case: Case) -> list[tuple[str, int]]:
    return sorted(Notice.objects.filter(case=case).values_list("kind", "user_id"))


def test_nothing_is_said_before_its_time(cast: Cast) -> None:
    heard(cast, 40 * HOUR)
    assert watching.watch() == 0
    assert not Notice.objects.exists()


def test_a_clock_warns_once_and_then_runs_out_once(cast: Cast) -> None:
    case = heard(cast, 45 * HOUR)
    assignee = assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert (watching.watch(), watching.watch()) == (1, 0)
    assert told(assignee) == [("clock_warned", cast.ada.user_id)]
    Clock.objects.update(alarm_at=now(), strict_due_at=now() - HOUR, legal_due_at=now() - HOUR)
    assert (watching.watch(), watching.watch()) == (1, 0)
    both = [("clock_breached", cast.ada.user_id), ("clock_breached", cast.ben.user_id)]
    assert told(case) == sorted([*both, ("clock_warned", cast.ada.user_id)])
    clock = Clock.objects.get()
    assert clock.breached_at == clock.strict_due_at
    lines = Event.objects.filter(kind__in=["clock_warned", "clock_breached"]).order_by("pk")
    assert [line.kind for line in lines] == ["clock_warned", "clock_breached"]


def test_what_nobody_holds_is_said_to_the_lead(cast: Cast) -> None:
    case = heard(cast, 45 * HOUR)
    watching.watch()
    assert told(case) == [("clock_warned", cast.ben.user_id)]


def test_a_warning_of_the_law_is_said_to_the_lead_too(cast: Cast) -> None:
    case = heard(cast, HOUR)
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    starting.start(
        case, rule="br.rdc406.urgent", awareness="captured_at", at=now() - 30 * HOUR, why="Died.", by=cast.ada
    )
    watching.watch()
    assert told(case) == sorted([("clock_warned", cast.ada.user_id), ("clock_warned", cast.ben.user_id)])


def many_over(cast: Cast, count: int) -> list[Case]:
    """Cases of one team whose clocks are over since before we looked, the first one longest."""
    bodies = [letter("x", sender=f"P{n} <p{n}@x.example>", message_id=f"<{n}@x>") for n in range(count)]
    found = [arrive(body, cast.mailbox, at=now() - (200 - n) * HOUR) for n, body in enumerate(bodies)]
    return [case for case in found if case is not None]


def breaches(user_id: int) -> list[tuple[str, int]]:
    said = Notice.objects.filter(user_id=user_id, kind__startswith="clock").order_by("pk")
    return list(said.values_list("kind", "case_id"))


def test_ten_cases_that_are_over_are_told_one_by_one(cast: Cast) -> None:
    cases = many_over(cast, 10)
    assert watching.watch() == 10
    assert breaches(cast.ben.user_id) == [("clock_breached", case.pk) for case in cases]


def test_more_at_once_are_one_notice_for_the_lead_and_each_has_its_line(cast: Cast, monkeypatch: Any) -> None:
    cases = many_over(cast, 23)
    held = assigning.take(cases[5], expected=assigning.holder_mark(cases[5]), by=cast.ada)
    monkeypatch.setattr(watching, "BATCH", 12)
    assert watching.watch() == 23
    summed = [each for each in breaches(cast.ben.user_id) if each[0] == "clocks_breached"]
    assert summed == [("clocks_breached", cases[0].pk)], "one until it was seen, though it went in two batches"
    assert breaches(cast.ada.user_id) == [("clock_breached", held.pk)]
    assert Event.objects.filter(kind="clock_breached").count() == 23


def test_a_clock_of_the_law_is_told_among_many(cast: Cast) -> None:
    cases = many_over(cast, 11)
    at = now() - 190 * HOUR
    starting.start(cases[3], rule="br.rdc406.urgent", awareness="captured_at", at=at, why="Died.", by=cast.ada)
    watching.watch()
    assert breaches(cast.ben.user_id) == [("clocks_breached", cases[0].pk), ("clock_breached", cases[3].pk)]


@pytest.mark.parametrize("waits", ["customer", "third_party"])
def test_a_clock_that_stands_still_says_nothing(cast: Cast, waits: str) -> None:
    case = heard(cast, 43 * HOUR)
    Case.objects.filter(pk=case.pk).update(waiting_since=now() - 30 * HOUR, waiting_for=waits)
    follow([case.pk])
    assert Clock.objects.get().alarm_at is None
    assert watching.watch() == 0


def test_many_alarms_cost_few_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        body = letter("x", sender=f"P{number} <p{number}@x.example>", message_id=f"<{number}@x>")
        case = arrive(body, cast.mailbox, at=now() - 50 * HOUR)
        assert case is not None
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    with django_assert_max_num_queries(20):
        assert watching.watch() == 20
    assert Event.objects.filter(kind="clock_breached").count() == 20
    assert Notice.objects.filter(kind="clock_breached", user_id=cast.ada.user_id).count() == 20
    assert Notice.objects.filter(kind="clocks_breached", user_id=cast.ben.user_id).count() == 1


def test_what_is_over_still_after_its_end_moved_is_not_said_again(cast: Cast) -> None:
    heard(cast, 60 * HOUR)
    watching.watch()
    targeting.set_target(service="resolution", minutes=50 * 60, by=cast.root)
    recalculating.go_on(Recalculation.objects.latest("pk").pk)
    clock = Clock.objects.get()
    assert clock.breached_at == clock.strict_due_at
    assert watching.watch() == 0
    assert Event.objects.filter(kind="clock_breached").count() == 1


def test_a_case_that_somebody_works_on_is_watched_later_and_waits_for_nobody(committed_cast: Cast) -> None:
    """Whoever moves a case locks it first; the watch passes it by instead of standing in the way."""
    heard(committed_cast, 50 * HOUR)
    held, go = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get()
            held.set()
            go.wait(30)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    held.wait(30)
    assert watching.watch() == 0
    go.set()
    worker.join()
    assert watching.watch() == 1
