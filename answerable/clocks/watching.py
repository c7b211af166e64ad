"""Watching clocks: whoever holds the case is warned before one runs out, and its lead is told when one did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from answerable.cases import telling
from answerable.clocks.alarms import set_alarm
from answerable.clocks.models import Clock, Target
from answerable.clocks.services import Targets
from answerable.core import journal
from answerable.core.access import House
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
    at = now()
    due = Clock.objects.select_for_update(of=("self",), skip_locked=True).filter(alarm_at__lte=at)
    clocks = list(due.select_related("case__workspace", "case__team").order_by("alarm_at")[:BATCH])
    targets = Targets({each.case.workspace_id: each.case.workspace for each in clocks}.values())
    breached = []
    for clock in clocks:
        if clock.strict_due_at <= at:
            clock.breached_at = clock.strict_due_at
            breached.append(clock)
        else:
            clock.warned_at = at
        set_alarm(clock, _target(clock, targets))
    Clock.objects.bulk_update(clocks, ["breached_at", "warned_at", "alarm_at"])
    _tell_all(clocks, breached)
    return len(clocks)


def _target(clock: Clock, targets: Targets) -> Target | None:
    return None if clock.is_legal else targets.of(clock.case, clock.rule)


def _tell_all(clocks: Sequence[Clock], breached: Iterable[Clock]) -> None:
    over = {each.pk for each in breached}
    for clock in clocks:
        kind = "clock_breached" if clock.pk in over else "clock_warned"
        by = House(clock.case.workspace_id, PART)
        data: Mapping[str, object] = {"clocks": [clock.pk], "rules": [clock.rule]}
        journal.write(kind, by=by, case_id=clock.case_id, team_id=clock.case.team_id, data=data)
        for user_id in _who(clock, over):
            telling.tell(user_id, kind, case=clock.case, by=by)


def _who(clock: Clock, over: set[int]) -> set[int]:
    """Who holds the case; its lead, too, when it is over, when the law runs the clock, and when nobody holds it yet."""
    holder, lead = clock.case.holder_user_id, clock.case.team.lead_id
    if holder is None:
        return {lead}
    return {holder, lead} if clock.pk in over or clock.is_legal else {holder}
