"""Keeping clocks: from what happened to a case to the clocks that run for it. Asking again changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection

from answerable.cases.models import Case
from answerable.clocks import adopting, pausing
from answerable.clocks.alarms import set_alarm
from answerable.clocks.calendars import day_of
from answerable.clocks.changes import Changes
from answerable.clocks.facts import Facts, gather
from answerable.clocks.models import Clock, Pause, Service
from answerable.clocks.reckoning import Unit
from answerable.clocks.services import Targets, Wanted, wanted
from answerable.core import inserting, journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Event
from answerable.core.moments import now

HELD = "captured_at"
KEPT = [
    "started_at", "strict_due_at", "legal_due_at", "strict_day", "legal_day", "version", "holidays", "roll", "length", "unit",
    "calendar_id", "moved_at", "moved_because", "paused_at", "stopped_at", "stopped_because", "stopped_why", "stopped_by_id",
    "warned_at", "breached_at", "alarm_at",
]  # fmt: skip
KINDS = ("clock_started", "clock_moved_earlier", "clock_paused", "clock_resumed", "clock_stopped")


def keep(case_ids: Collection[int], *, by: Actor, old: bool = False) -> None:
    """Make the clocks and pauses of these cases what their facts say, in the caller's transaction.

    A case that was merged hands its legal clocks to the case that lives on; the earliest start wins. The journal gets
    a line only for what changed, and `promised_at` becomes the earliest due date that runs. `old` says that some of them
    may have lived without any clock.
    """
    found = gather(case_ids, old=old)
    targets = Targets({facts.case.workspace_id: facts.case.workspace for facts in found}.values())
    changes = Changes(now(), by, {facts.case.pk: facts.case.team_id for facts in found})
    clocks = {facts.case.pk: list(facts.clocks) for facts in found}
    for facts in found:
        pauses, unsaved = pausing.note_waits(facts, at=changes.at, by=by)
        changes.pauses += unsaved
        _keep_services(facts, [*wanted(facts, pauses, targets)], clocks[facts.case.pk], changes)
    for facts in found:
        adopting.hand_on(facts.case, living(facts.case, found), clocks, changes)
    for facts in found:
        _keep_promise(facts.case, clocks[facts.case.pk], changes)
    record(changes)


def living(case: Case, found: Iterable[Facts]) -> Case:
    """The case that lives on where this one was merged."""
    cases = {facts.case.pk: facts.case for facts in found}
    while case.merged_into_id is not None:
        case = cases[case.merged_into_id]
    return case


def leading(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that runs out first; of two at once, resolution and then the more important."""
    running = [each for each in clocks if each.is_running]
    return min(running, key=lambda each: (each.strict_due_at, each.rule != Service.RESOLUTION), default=None)


def _keep_services(facts: Facts, wishes: Sequence[Wanted], clocks: list[Clock], changes: Changes) -> None:
    known = {(each.rule, each.round): each for each in clocks if not each.is_legal}
    for wish in wishes:
        clock = known.pop((wish.service, wish.round), None)
        if clock is None:
            clock = _begin(facts.case, wish, changes)
            clocks.append(clock)
        else:
            _follow(clock, wish, changes)
    for clock in known.values():
        if clock.is_running:
            clock.stopped_at, clock.stopped_because, clock.alarm_at = changes.at, "no_longer_owed", None
            changes.change(clock, "clock_stopped")


def _begin(case: Case, wish: Wanted, changes: Changes) -> Clock:
    by = changes.by
    clock = Clock(
        case=case,
        sort=Clock.Sort.SERVICE,
        rule=str(wish.service),
        round=wish.round,
        start_field=HELD,
        user_id=by.user_id if isinstance(by, Viewer) else None,
        part="" if isinstance(by, Viewer) else by.part,
        decided_at=changes.at,
        unit=Unit.SERVICE_HOURS,
        started_at=wish.started_at,
    )
    _set(clock, wish, changes.at)
    changes.change(clock, "clock_started", *(["clock_stopped"] if wish.stopped_at else []))
    return clock


def _follow(clock: Clock, wish: Wanted, changes: Changes) -> None:
    """An existing clock becomes what it should be; what is said of it depends on what it was."""
    before = [getattr(clock, name) for name in KEPT]
    was = (clock.started_at, clock.paused_at, clock.stopped_at)
    _set(clock, wish, changes.at)
    kinds = []
    if clock.started_at < was[0]:
        clock.moved_at, clock.moved_because = changes.at, "earlier_word"
        kinds.append("clock_moved_earlier")
    if was[2] is not None and clock.stopped_at is None:
        kinds.append("clock_resumed")
    elif clock.paused_at != was[1] and clock.stopped_at is None:
        kinds.append("clock_paused" if clock.paused_at else "clock_resumed")
    if clock.stopped_at is not None and was[2] is None:
        kinds.append("clock_stopped")
    if [getattr(clock, name) for name in KEPT] != before:
        changes.change(clock, *kinds)


def _set(clock: Clock, wish: Wanted, at: datetime) -> None:
    zone = wish.target.working().zone
    due = wish.due_at
    clock.started_at, clock.strict_due_at, clock.legal_due_at = wish.started_at, due, due
    clock.strict_day = clock.legal_day = day_of(due, zone)
    clock.length, clock.calendar = wish.target.minutes, wish.target.calendar
    clock.paused_at, clock.stopped_at, clock.stopped_because = wish.paused_at, wish.stopped_at, wish.because
    set_alarm(clock, wish.target, at=at)


def _keep_promise(case: Case, clocks: Iterable[Clock], changes: Changes) -> None:
    first = leading(clocks)
    if first is not None and case.is_open and first.strict_due_at != case.promised_at:
        changes.promised[case.pk] = case.promised_at = first.strict_due_at


def record(changes: Changes) -> None:
    """Write everything that changed, and what the journal says of it."""
    Pause.objects.bulk_create(each for each in changes.pauses if each.pk is None)
    Pause.objects.bulk_update([each for each in changes.pauses if each.pk], ["reason", "ended_at"])
    fresh = [each for each in changes.clocks.values() if each.pk is None]
    known = [each for each in changes.clocks.values() if each.pk is not None]
    inserting.insert(fresh)
    inserting.change(known, KEPT)
    promise(changes.promised)
    journal.write_all([_line(case_id, kind, found, changes) for (case_id, kind), found in _in_order(changes)])


def promise(dates: dict[int, datetime]) -> None:
    """Write the promised time of many cases in one statement."""
    if not dates:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET promised_at = wanted.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS wanted (id, at) WHERE cases_case.id = wanted.id",
            [list(dates), list(dates.values())],
        )


def _in_order(changes: Changes) -> list[tuple[tuple[int, str], list[Clock]]]:
    return sorted(changes.said.items(), key=lambda each: (each[0][0], KINDS.index(each[0][1])))


def _line(case_id: int, kind: str, clocks: Sequence[Clock], changes: Changes) -> Event:
    data = {"clocks": [each.pk for each in clocks], "rules": [each.rule for each in clocks]}
    team_id = changes.teams[case_id]
    return journal.line(kind, by=changes.by, case_id=case_id, team_id=team_id, data=data, at=changes.at)
