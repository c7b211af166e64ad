"""Watching clocks: whoever holds the case is warned before one runs out, and its lead is told when one did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction

from answerable.cases import telling
from answerable.cases.models import Case, Notice
from answerable.clocks.alarms import set_alarm
from answerable.clocks.models import Clock
from answerable.clocks.services import Targets
from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now

BATCH = 200
PART = "clocks"
ONE_BY_ONE = 10
"""So many cases whose clocks ran out are told one by one to a lead who holds none of them."""
MANY = "clocks_breached"


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
        telling.tell_all(list(_news(ours)), by=House(workspace_id, PART))


def _news(clocks: Sequence[Clock]) -> Iterator[tuple[int, str, Case]]:
    """Whom what is told. Where service clocks of more than ten cases of a team ran out at once, as after an upgrade, its
    lead gets one notice for all of them, about the case that is over longest, until that was seen.

    Who holds a case, and whoever is told of a clock of the law, is told of each.
    """
    of_lead = defaultdict[tuple[int, int], list[Clock]](list)
    for clock in clocks:
        for user_id in _who(clock):
            if clock.breached_at and not clock.is_legal and user_id != clock.case.holder_user_id:
                of_lead[user_id, clock.case.team_id].append(clock)
            else:
                yield user_id, _kind(clock), clock.case
    for (lead, team_id), over in of_lead.items():
        if len({each.case_id for each in over}) <= ONE_BY_ONE:
            yield from ((lead, _kind(each), each.case) for each in over)
        elif not Notice.objects.filter(user_id=lead, kind=MANY, case__team=team_id, seen_at=None).exists():
            yield lead, MANY, min(over, key=lambda each: each.strict_due_at).case


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
