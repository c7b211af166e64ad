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
from answerable.clocks.reckoning import Due, due
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
    at, moved = now(), list[Clock]()
    for clock in running.order_by("case_id", "pk"):
        rule = rulebook.of_day(clock.rule, day_of(clock.started_at, workspace.time_zone))
        if rule is not None and _advance(clock, rule, workspace.time_zone):
            clock.moved_at, clock.moved_because = at, RULE_CHANGED
            set_alarm(clock, at=at)
            moved.append(clock)
    Clock.objects.bulk_update(moved, MOVED)
    journal.write_all([_line(clock, by) for clock in moved])


def _advance(clock: Clock, rule: Rule, zone: str) -> bool:
    """Take from a rule each of the two dates that it makes earlier; is there any?"""
    found = _due(clock, rule, zone)
    strict, legal = found.strict_at < clock.strict_due_at, found.legal_at < clock.legal_due_at
    if strict:
        clock.strict_due_at, clock.strict_day = found.strict_at, found.strict_day
    if legal:
        clock.legal_due_at, clock.legal_day = found.legal_at, found.legal_day
    if (strict or legal) and rule.version != clock.version:
        clock.version, clock.length, clock.unit = rule.version, rule.length, rule.unit
    return strict or legal


def _due(clock: Clock, rule: Rule, zone: str) -> Due:
    """By the same version with what the workspace chose for it, by another one as that stands."""
    holidays = clock.holidays if clock.holidays in rule.holidays else ""
    same = rule.version == clock.version
    limit = rule.limit(holidays, length=clock.length, roll=clock.roll) if same else rule.limit(holidays)
    return due(clock.started_at, limit, zone=zone)


def _line(clock: Clock, by: House) -> Event:
    data = {"clocks": [clock.pk], "rules": [clock.rule], "because": RULE_CHANGED}
    return journal.line("clock_moved_earlier", by=by, case_id=clock.case_id, team_id=clock.case.team_id, data=data)
