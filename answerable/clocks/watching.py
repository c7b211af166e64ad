"""Watching clocks: whoever holds the case is warned before one runs out, and its lead is told when one did."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from answerable.cases import telling
from answerable.cases.models import Case
from answerable.clocks.alarms import set_alarm
from answerable.clocks.models import Clock
from answerable.clocks.services import Targets
from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now

BATCH = 200
PART = "clocks"


def watch() -> int:
    """Give every alarm whose time has come; returns how many. Each batch is a transaction of its own."""
    given = 0
    while batch := _batch():
        given += batch
    return given


@transaction.atomic
def _batch() -> int:
    """Cases are locked before their clocks, as everybody does who moves a case; one that somebody works on comes later."""
    at = now()
    due = Clock.objects.filter(alarm_at__lte=at).order_by("alarm_at").values_list("case_id", flat=True)[:BATCH]
    free = Case.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk__in=list(due))
    cases = {each.pk: each for each in free.select_related("workspace", "team").order_by("pk")}
    clocks = list(Clock.objects.filter(case__in=cases, alarm_at__lte=at).order_by("case_id", "pk"))
    targets = Targets({each.workspace_id: each.workspace for each in cases.values()}.values())
    for clock in clocks:
        clock.case = cases[clock.case_id]
        clock.breached_at = clock.strict_due_at if clock.strict_due_at <= at else None
        clock.warned_at = clock.warned_at if clock.breached_at else at
        set_alarm(clock, None if clock.is_legal else targets.of(clock.case, clock.rule), at=at)
    Clock.objects.bulk_update(clocks, ["breached_at", "warned_at", "alarm_at"])
    _tell_all(clocks)
    return len(clocks)


def _tell_all(clocks: Sequence[Clock]) -> None:
    journal.write_all([_line(each) for each in clocks])
    for workspace_id in {each.case.workspace_id for each in clocks}:
        ours = [each for each in clocks if each.case.workspace_id == workspace_id]
        news = [(user_id, _kind(each), each.case) for each in ours for user_id in _who(each)]
        telling.tell_all(news, by=House(workspace_id, PART))


def _line(clock: Clock) -> Event:
    data = {"clocks": [clock.pk], "rules": [clock.rule]}
    by = House(clock.case.workspace_id, PART)
    return journal.line(_kind(clock), by=by, case_id=clock.case_id, team_id=clock.case.team_id, data=data)


def _kind(clock: Clock) -> str:
    return "clock_breached" if clock.breached_at else "clock_warned"


def _who(clock: Clock) -> list[int]:
    """Who holds the case; its lead, too, when it is over, when the law runs the clock, and when nobody holds it yet."""
    holder, lead = clock.case.holder_user_id, clock.case.team.lead_id
    if holder is None:
        return [lead]
    return sorted({holder, lead}) if clock.breached_at or clock.is_legal else [holder]
