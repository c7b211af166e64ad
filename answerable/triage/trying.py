"""Trying a rule on what happened last week: what would have started it, for which cases, and why. Nothing is changed.

A case is judged as it stands now, because what it was then is not kept; hours are reckoned to the moment it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.cases import conditions
from answerable.cases.facts import Moment
from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Event, Workspace
from answerable.triage import applying, ruling
from answerable.triage.models import Rule
from answerable.triage.triggers import HOURLY, TRIGGERS

LAST = timedelta(days=7)
STEP = 300
"""So many lines, or cases, are looked at in one step, so that a page answers soon and shows how far it is."""


@dataclass(frozen=True)
class Would:
    """A rule would have fired for this case at this moment."""

    case: Case
    at: datetime


@dataclass(frozen=True)
class Step:
    """What one step of a trial found. `after` is where the next one starts, None at the end."""

    looked_at: int
    found: Sequence[Would]
    after: int | None


def step(rule: Rule, *, after: int, at: datetime, by: Viewer) -> Step:
    """The next step of a trial, over cases that the viewer sees."""
    by.require(Right.MANAGE_RULES)
    zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=rule.workspace_id)
    return _cases(rule, after, at, zone, by) if rule.trigger == HOURLY else _lines(rule, after, at, zone, by)


def _cases(rule: Rule, after: int, at: datetime, zone: str, by: Viewer) -> Step:
    """A rule of every hour: for which open cases would it fire now?"""
    open_ = access.rows(Case, by).filter(state=Case.State.OPEN, pk__gt=after).order_by("pk")
    keys = list(open_.values_list("pk", flat=True)[:STEP])
    asked = conditions.q(ruling.conditions_of(rule), Moment(at, zone=zone))
    found = Case.objects.select_related("contact").filter(asked, pk__in=keys).order_by("pk")
    return Step(len(keys), [Would(case, at) for case in found], keys[-1] if len(keys) == STEP else None)


def _lines(rule: Rule, after: int, at: datetime, zone: str, by: Viewer) -> Step:
    trigger = TRIGGERS[rule.trigger]
    lately = Event.objects.filter(
        workspace_id=rule.workspace_id, kind__in=trigger.kinds, at__gte=at - LAST, pk__gt=after
    ).exclude(part=rule.part)
    lines = list(lately.order_by("pk")[:STEP])
    told = lines
    if trigger.spoken:
        spoken = applying.spoken(lines)
        told = [line for line in lines if line.data.get("message") in spoken]
    seen = access.rows(Case, by).select_related("contact").in_bulk([line.case_id for line in told])
    found = _holding(rule, [line for line in told if line.case_id in seen], zone)
    would = [Would(seen[line.case_id], line.at) for line in found if line.case_id is not None]
    return Step(len(told), would, lines[-1].pk if len(lines) == STEP else None)


def _holding(rule: Rule, lines: Sequence[Event], zone: str) -> list[Event]:
    """The lines at which all conditions hold; one question for all of them where the answer does not move."""
    asked = ruling.conditions_of(rule)
    if conditions.move(asked):
        return [line for line in lines if _holds(rule, line, zone)]
    if not lines:
        return []
    keys = {line.case_id for line in lines if line.case_id is not None}
    fitting = Case.objects.filter(conditions.q(asked, Moment(lines[0].at, zone=zone)), pk__in=keys)
    fit = set(fitting.values_list("pk", flat=True))
    return [line for line in lines if line.case_id in fit]


def _holds(rule: Rule, line: Event, zone: str) -> bool:
    message = line.data.get("message") if TRIGGERS[rule.trigger].spoken else None
    moment = Moment(line.at, zone=zone, message_id=message)
    return Case.objects.filter(conditions.q(ruling.conditions_of(rule), moment), pk=line.case_id or 0).exists()
