"""Bringing the clocks of old cases up to date: after an upgrade, a new target or a new rule, also where nothing moves.

A service clock begins and ends as the targets of today say. A legal clock takes a rule or a holiday that came into
force since, as far as that makes it earlier: it never moves later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from answerable.cases.models import Case
from answerable.clocks import keeping, rulebook
from answerable.clocks.alarms import set_alarm
from answerable.clocks.calendars import day_of
from answerable.clocks.models import Clock
from answerable.clocks.practices import Practices, source_of
from answerable.clocks.reckoning import due
from answerable.clocks.rulebook import Rule
from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event, Workspace
from answerable.core.moments import now

PART = "clocks"
RULE_CHANGED = "rule_changed"
MOVED = [
    "version", "holidays", "length", "unit", "roll", "strict_due_at", "legal_due_at", "strict_day", "legal_day", "moved_at",
    "moved_because", "breached_at", "alarm_at",
]  # fmt: skip


def bring_up(cases: Sequence[Case], workspace: Workspace) -> int:
    """Make the clocks of these locked, open cases what they should be today; returns how many began, moved or ended."""
    keys, by = [case.pk for case in cases], House(workspace.pk, PART)
    before = _ends(keys)
    _take_rules_of_today(keys, workspace, by=by)
    keeping.keep(keys, by=by, old=True)
    after = _ends(keys)
    return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())


def _ends(case_ids: Collection[int]) -> dict[int, tuple[datetime, datetime]]:
    running = Clock.objects.filter(case_id__in=case_ids, stopped_at=None)
    return {key: (strict, legal) for key, strict, legal in running.values_list("pk", "strict_due_at", "legal_due_at")}


def _take_rules_of_today(case_ids: Collection[int], workspace: Workspace, *, by: House) -> None:
    running = Clock.objects.filter(case_id__in=case_ids, sort=Clock.Sort.LEGAL, stopped_at=None).select_related("case")
    at, moved, practices = now(), list[Clock](), Practices(workspace.pk)
    for clock in running.select_related("message__conversation").order_by("case_id", "pk"):
        rule = rulebook.of_day(clock.rule, day_of(clock.started_at, workspace.time_zone))
        if rule is not None and _advance(clock, rule, practices, workspace.time_zone):
            clock.moved_at, clock.moved_because = at, RULE_CHANGED
            set_alarm(clock, at=at)
            moved.append(clock)
    Clock.objects.bulk_update(moved, MOVED)
    journal.write_all([_line(clock, by) for clock in moved])


def _advance(clock: Clock, rule: Rule, practices: Practices, zone: str) -> bool:
    """Take from a rule, as it is kept here, each of the two dates that it makes earlier; is there any?"""
    limit = practices.limit(rule, source_of(clock), clock.holidays if clock.holidays in rule.holidays else "")
    found = due(clock.started_at, limit, zone=zone)
    strict, legal = found.strict_at < clock.strict_due_at, found.legal_at < clock.legal_due_at
    if strict:
        clock.strict_due_at, clock.strict_day = found.strict_at, found.strict_day
        clock.length, clock.unit, clock.version = limit.length, rule.unit, rule.version
    if legal:
        clock.legal_due_at, clock.legal_day = found.legal_at, found.legal_day
        clock.roll, clock.version = limit.roll if limit.roll is not rule.roll_forward else "", rule.version
    return strict or legal


def _line(clock: Clock, by: House) -> Event:
    data = {"clocks": [clock.pk], "rules": [clock.rule], "because": RULE_CHANGED}
    return journal.line("clock_moved_earlier", by=by, case_id=clock.case_id, team_id=clock.case.team_id, data=data)
