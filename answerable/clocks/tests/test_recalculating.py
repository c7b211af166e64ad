"""A calendar changes: every running clock is reckoned anew, in batches, and what was done stays done."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases.models import Case
from answerable.clocks import calendaring, recalculating, starting, targeting
from answerable.clocks.calendars import plain_week
from answerable.clocks.models import Calendar, Clock, Recalculation, Target
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = plain_week([(8 * 60, 12 * 60), (12 * 60 + 30, 16 * 60 + 30)])


def made(cast: Cast, calendar: Calendar | None = None, **facts: Any) -> Calendar:
    given = {"name": "Office", "time_zone": "UTC", "holidays": "PL", "week": OFFICE, **facts}
    return calendaring.keep_calendar(calendar, by=cast.root, **given)


def heard(cast: Cast, count: int = 1) -> list[Case]:
    bodies = (letter("x", sender=f"P{n} <p{n}@x.example>", message_id=f"<{n}@x>") for n in range(count))
    found = [arrive(body, cast.mailbox, at=MONDAY) for body in bodies]
    return [case for case in found if case is not None]


@pytest.fixture
def office(cast: Cast) -> Calendar:
    calendar = made(cast)
    targeting.set_target(service="resolution", minutes=16 * 60, calendar=calendar, by=cast.root)
    return calendar


def finish(begun: Recalculation) -> Recalculation:
    recalculating.go_on(begun.pk)
    begun.refresh_from_db()
    return begun


def test_a_calendar_has_its_shifts_and_its_line(cast: Cast) -> None:
    calendar = made(cast, off=[date(2026, 6, 5)])
    assert calendar.working().stretches(date(2026, 7, 6))[0] == (MONDAY, MONDAY + 4 * HOUR)
    assert not calendar.working().is_worked(date(2026, 6, 5))
    assert Event.objects.get(kind="calendar_made").data == {"calendar": calendar.pk, "version": 1}
    assert not Recalculation.objects.exists(), "nothing hangs on a new calendar yet"


REFUSED = [
    ({"name": " "}, "no name"),
    ({"time_zone": "Mars/Olympus"}, "no time zone"),
    ({"holidays": "XX"}, "No holidays are known"),
    ({"week": [[]] * 7}, "at least one shift"),
    ({"week": [[(480, 720), (700, 900)], *[[]] * 6]}, "overlap"),
    ({"week": [[(720, 480)], *[[]] * 6]}, "before it begins"),
    ({"week": [[(480, 1500)], *[[]] * 6]}, "before it begins"),
]


@pytest.mark.parametrize(("facts", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_a_calendar_that_says_nothing_sensible_is_refused(cast: Cast, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        made(cast, **facts)
    assert not Calendar.objects.exists()


def test_two_calendars_of_one_name_are_refused(cast: Cast) -> None:
    made(cast)
    with pytest.raises(Conflict, match="Another calendar has this name"):
        made(cast)


def test_only_who_sets_clocks_changes_a_calendar(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        made(replace(cast, root=cast.ada))


def test_changing_a_calendar_moves_every_clock_that_runs_by_it(cast: Cast, office: Calendar) -> None:
    (case,) = heard(cast)
    assert case.promised_at == MONDAY + 32.5 * HOUR
    made(cast, office, holidays="PL", off=[date(2026, 7, 7)])
    finish(Recalculation.objects.latest("pk"))
    case.refresh_from_db()
    assert case.promised_at == Clock.objects.get().strict_due_at == MONDAY + 56.5 * HOUR
    assert Event.objects.filter(kind="calendar_changed").count() == 1


def test_a_new_length_moves_clocks_and_what_was_over_is_over_no_more(cast: Cast) -> None:
    heard(cast)
    Clock.objects.update(breached_at=Clock.objects.get().strict_due_at, alarm_at=None)
    targeting.set_target(service="resolution", minutes=60 * 24 * 300, by=cast.root)
    finish(Recalculation.objects.latest("pk"))
    clock = Clock.objects.get()
    assert (clock.breached_at, clock.length) == (None, 60 * 24 * 300)
    assert clock.alarm_at == clock.strict_due_at


@pytest.mark.parametrize(
    ("zone", "end"), [("Europe/Warsaw", "2026-07-31T21:59:59"), ("Asia/Tokyo", "2026-07-31T14:59:59")]
)
def test_a_legal_clock_takes_the_zone_of_the_workspace_where_that_makes_it_earlier(
    cast: Cast, zone: str, end: str
) -> None:
    (case,) = heard(cast)
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    clock = starting.start(case, rule="us.803.50", awareness="captured_at", at=noon, why="x", by=cast.mira)
    _move_to(zone, cast)
    clock.refresh_from_db()
    assert (clock.strict_day, clock.legal_day) == (date(2026, 7, 31), date(2026, 7, 31))
    assert clock.strict_due_at == clock.legal_due_at == datetime.fromisoformat(f"{end}Z")


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/New_York"])
def test_no_zone_of_the_workspace_wins_time_from_the_law(cast: Cast, zone: str) -> None:
    """Half past eleven at night is the next day already in Warsaw, and the last day ends later in New York."""
    (case,) = heard(cast)
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    clock = starting.start(case, rule="us.803.50", awareness="captured_at", at=late, why="x", by=cast.mira)
    before = (clock.strict_due_at, clock.legal_due_at, clock.strict_day, clock.legal_day)
    _move_to(zone, cast)
    clock.refresh_from_db()
    assert clock.strict_day == date(2026, 7, 31)
    assert (clock.strict_due_at, clock.legal_due_at, clock.strict_day, clock.legal_day) == before


def _move_to(zone: str, cast: Cast) -> None:
    cast.workspace.time_zone = zone
    cast.workspace.save()
    finish(recalculating.recalculate(cast.workspace, by=cast.root))


def test_it_goes_in_batches_and_says_how_far_it_is(cast: Cast, office: Calendar, monkeypatch: Any) -> None:
    heard(cast, 7)
    monkeypatch.setattr(recalculating, "BATCH", 3)
    made(cast, office, week=plain_week([(9 * 60, 17 * 60)]))
    begun = Recalculation.objects.latest("pk")
    assert begun.total == 7
    recalculating._batch(begun.pk)
    begun.refresh_from_db()
    assert (begun.done, begun.moved, begun.ended_at) == (3, 3, None)
    assert (finish(begun).done, begun.moved) == (7, 7)
    assert begun.ended_at is not None
    recalculating.go_on(begun.pk)
    begun.refresh_from_db()
    assert begun.done == 7, "a job that runs twice changes nothing"


def test_a_turn_that_is_over_leaves_the_rest_to_the_next_job(cast: Cast, office: Calendar, monkeypatch: Any) -> None:
    heard(cast, 2)
    begun = recalculating.recalculate(cast.workspace, by=cast.root)
    before = ProcrastinateJob.objects.filter(task_name="answerable.clocks.jobs.recalculate").count()
    monkeypatch.setattr(recalculating, "TURN", timedelta())
    recalculating.go_on(begun.pk)
    assert ProcrastinateJob.objects.filter(task_name="answerable.clocks.jobs.recalculate").count() == before + 1


def test_a_second_change_ends_the_first_and_begins_anew(cast: Cast, office: Calendar) -> None:
    first = recalculating.recalculate(cast.workspace, by=cast.root)
    second = recalculating.recalculate(cast.workspace, by=cast.root)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert second.ended_at is None


def test_the_same_reckoning_moves_nothing(cast: Cast, office: Calendar) -> None:
    heard(cast, 3)
    assert finish(recalculating.recalculate(cast.workspace, by=cast.root)).moved == 0


WRONG = [
    ({"service": "coffee"}, "Choose what is promised"),
    ({"minutes": 0}, "between one minute and a year"),
    ({"pauses": ["us"]}, "never for us"),
    ({"warnings": [600]}, "A warning comes before the end"),
]


@pytest.mark.parametrize(("facts", "sentence"), WRONG)
def test_a_target_that_cannot_be_kept_is_refused(cast: Cast, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        targeting.set_target(by=cast.root, **{"service": "resolution", "minutes": 600, **facts})
    assert not Target.objects.exists()


def test_nobody_uses_the_calendar_of_another_workspace(cast: Cast) -> None:
    with pytest.raises(NotThere):
        targeting.set_target(service="resolution", minutes=60, calendar=made(cast), by=cast.otto)


def test_a_target_is_set_once_and_may_end(cast: Cast) -> None:
    targeting.set_target(service="first_answer", minutes=60, by=cast.root)
    target = targeting.set_target(service="first_answer", minutes=90, by=cast.root)
    assert Target.objects.get().minutes == 90
    assert Event.objects.filter(kind="target_set").count() == 2
    targeting.end_target(target, by=cast.root)
    assert not Target.objects.exists()
    assert Event.objects.filter(kind="target_ended").exists()


def test_two_recalculations_at_once_leave_one(committed_cast: Cast) -> None:
    """Two admins save at the same moment; the second one's begins anew and ends the first one's."""
    barrier, begun = threading.Barrier(2), list[int]()

    def save() -> None:
        barrier.wait()
        with transaction.atomic():
            begun.append(recalculating.recalculate(committed_cast.workspace, by=committed_cast.root).pk)
        connection.close()

    threads = [threading.Thread(target=save) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 2
    assert Recalculation.objects.get(ended_at=None).pk == max(begun)
