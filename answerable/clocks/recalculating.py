"""Reckoning every running clock of a workspace anew, in the background, after a calendar, a target or the rules changed.

Small batches, each a short transaction of its own with a rest after it, so that nobody who works notices. A job that
dies goes on where the last batch ended.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from answerable.cases.models import Case
from answerable.clocks import bringing_up, rulebook
from answerable.clocks.alarms import set_alarm
from answerable.clocks.calendars import day_of
from answerable.clocks.keeping import leading, promise
from answerable.clocks.models import Calendar, Clock, Pause, Recalculation, Target
from answerable.clocks.reckoning import due as legal_due
from answerable.clocks.services import Targets, due
from answerable.core import inserting, jobs, journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Workspace
from answerable.core.moments import now

BATCH = 400
REST = 1.2
"""Rest after a batch, in parts of the time that the batch took: whoever asks for a page mostly meets a rest."""
TURN = timedelta(seconds=20)
"""So long one job works before it makes room for others."""
WRITTEN = (
    "strict_due_at", "legal_due_at", "strict_day", "legal_day", "length", "calendar_id", "breached_at", "warned_at",
    "alarm_at",
)  # fmt: skip


def recalculate(
    workspace: Workspace, *, by: Actor, calendar: Calendar | None = None, starts: bool = False
) -> Recalculation:
    """Have every running clock of a workspace reckoned anew. One that is under way ends and this one begins at the start.

    One that `starts` (`bringing_up`) takes longer, and what it had still to do is done by the one that ends it.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    under_way = Recalculation.objects.filter(workspace=workspace, ended_at=None)
    starts = starts or under_way.filter(starts=True).exists()
    under_way.update(ended_at=now())
    begun = Recalculation.objects.create(
        workspace=workspace,
        calendar=calendar,
        starts=starts,
        book=rulebook.edition() if starts else "",
        user_id=by.user_id if isinstance(by, Viewer) else None,
        at=now(),
        total=Case.objects.filter(workspace=workspace, state=Case.State.OPEN).count(),
    )
    journal.write("clocks_recalculating", by=by, data={"recalculation": begun.pk, "cases": begun.total})
    _defer(begun)
    return begun


def go_on(recalculation_id: int) -> None:
    """Work for a turn, then leave the rest to the next job. Nothing for one that has ended."""
    end = time.monotonic() + TURN.total_seconds()
    while time.monotonic() < end:
        begin = time.monotonic()
        if not _batch(recalculation_id):
            return
        time.sleep((time.monotonic() - begin) * REST)
    found = Recalculation.objects.filter(pk=recalculation_id, ended_at=None).first()
    if found is not None:
        _defer(found)


def _defer(recalculation: Recalculation) -> None:
    jobs.later(
        "clocks.jobs.recalculate",
        lock=f"recalculation:{recalculation.workspace_id}",
        recalculation_id=recalculation.pk,
    )


@transaction.atomic
def _batch(recalculation_id: int) -> bool:
    """The next cases; false when there is nothing more to do. Whoever works on a case meanwhile goes first."""
    progress = (
        Recalculation.objects.select_for_update(of=("self",))
        .select_related("workspace")
        .filter(pk=recalculation_id, ended_at=None)
        .first()
    )
    if progress is None:
        return False
    cases = list(_next(progress))
    if not cases:
        progress.ended_at = now()
        progress.save(update_fields=["ended_at"])
        return False
    progress.moved += _reckon(progress, cases)
    progress.done, progress.last_case = progress.done + len(cases), cases[-1].pk
    progress.save(update_fields=["moved", "done", "last_case"])
    return True


def _reckon(progress: Recalculation, cases: Sequence[Case]) -> int:
    """Where nothing goes into the journal the disk is not waited for: what a crash takes away is a whole batch with its
    progress, and that is done again.
    """
    if progress.starts:
        return bringing_up.bring_up(cases, progress.workspace)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    return reckon_anew(cases, progress.workspace)


def _next(progress: Recalculation) -> Iterable[Case]:
    """Locked at once as strongly as they will be, so that nobody waits for us while we wait for them."""
    later = Case.objects.filter(workspace_id=progress.workspace_id, state=Case.State.OPEN, pk__gt=progress.last_case)
    return (
        later.select_for_update(no_key=not progress.starts)
        .only("team_id", "workspace_id", "promised_at", "state")
        .order_by("pk")[:BATCH]
    )


def reckon_anew(cases: Sequence[Case], workspace: Workspace) -> int:
    """Reckon the running clocks of these locked cases anew and write those whose end moved; returns how many did."""
    targets, at = Targets([workspace]), now()
    clocks, pauses = _clocks(cases), _pauses(cases)
    moved: list[Clock] = []
    promised: dict[int, datetime] = {}
    for case in cases:
        for clock in clocks[case.pk]:
            before = (clock.strict_due_at, clock.legal_due_at)
            target = targets.of(case, clock.rule)
            if clock.is_legal:
                _reckon_legal(clock, workspace, at)
            elif target is not None:
                _reckon_service(clock, target, pauses[case.pk], at)
            if before != (clock.strict_due_at, clock.legal_due_at):
                moved.append(clock)
        first = leading(clocks[case.pk])
        if first is not None and first.strict_due_at != case.promised_at:
            promised[case.pk] = first.strict_due_at
    inserting.change(moved, WRITTEN)
    promise(promised)
    return len(moved)


def _reckon_legal(clock: Clock, workspace: Workspace, at: datetime) -> None:
    """A legal clock keeps the version of its rule and gets the holidays and the time zone of today, as far as they make
    one of its dates earlier: no setting of ours may win time from the law.
    """
    limit = rulebook.version(clock.rule, clock.version).limit(clock.holidays, length=clock.length, roll=clock.roll)
    found = legal_due(clock.started_at, limit, zone=workspace.time_zone)
    if found.strict_at < clock.strict_due_at:
        clock.strict_due_at, clock.strict_day = found.strict_at, found.strict_day
    if found.legal_at < clock.legal_due_at:
        clock.legal_due_at, clock.legal_day = found.legal_at, found.legal_day
    set_alarm(clock, at=at)


def _reckon_service(clock: Clock, target: Target, pauses: Sequence[Pause], at: datetime) -> None:
    end = due(clock.started_at, target, pauses)
    clock.strict_due_at = clock.legal_due_at = end
    clock.strict_day = clock.legal_day = day_of(end, target.working().zone)
    clock.length, clock.calendar_id = target.minutes, target.calendar_id
    set_alarm(clock, target, at=at)


def _clocks(cases: Sequence[Case]) -> Mapping[int, list[Clock]]:
    found: Mapping[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case_id__in=[case.pk for case in cases], stopped_at=None):
        found[clock.case_id].append(clock)
    return found


def _pauses(cases: Sequence[Case]) -> Mapping[int, list[Pause]]:
    found: Mapping[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(case_id__in=[case.pk for case in cases]):
        found[pause.case_id].append(pause)
    return found
