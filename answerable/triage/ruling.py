"""Making and changing rules. A new rule is off, so that it can be tried on last week before it does anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from answerable.cases import conditions
from answerable.cases.conditions import Conditions
from answerable.cases.facts import Use
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, Team, Workspace
from answerable.core.moments import now
from answerable.triage import actions
from answerable.triage.actions import TOLD, Actions, Do
from answerable.triage.models import Rule, RuleVersion
from answerable.triage.triggers import HOURLY, TRIGGERS

MOST_RULES = 100


@dataclass(frozen=True)
class Says:
    """What a rule says, checked."""

    name: str
    trigger: str
    conditions: Conditions
    actions: Actions


def make(*, name: str, trigger: str, asked: Any, done: Any, by: Viewer) -> Rule:
    """Make a rule, off and last in order. Raises `Invalid` at the place that cannot be taken."""
    by.require(Right.MANAGE_RULES)
    says = read(name=name, trigger=trigger, asked=asked, done=done, by=by)
    Workspace.objects.select_for_update().get(pk=by.workspace_id)
    ours = Rule.objects.filter(workspace_id=by.workspace_id, ended_at=None)
    if ours.count() >= MOST_RULES:
        raise Invalid("There are %(most)d rules. Nothing was kept. End one first.", "name", most=MOST_RULES)
    last = ours.aggregate(last=Max("place"))["last"] or 0
    rule = Rule(workspace_id=by.workspace_id, place=last + 1, version=1, user_id=by.user_id, at=now())
    _write(rule, says)
    rule.save(force_insert=True)
    _keep_version(rule)
    journal.write("rule_made", by=by, data={"rule": rule.pk})
    return rule


def change(rule: Rule, *, expected: int, name: str, trigger: str, asked: Any, done: Any, by: Viewer) -> Rule:
    """A new version in place of version `expected`; it counts from now on. Raises `Conflict` when somebody was first."""
    by.require(Right.MANAGE_RULES)
    says = read(name=name, trigger=trigger, asked=asked, done=done, by=by)
    fresh = Rule.objects.select_for_update().filter(pk=rule.pk, ended_at=None, version=expected).first()
    if fresh is None:
        raise Conflict("Somebody else changed this rule meanwhile. Yours was not kept. Load the page again.")
    _write(fresh, says)
    fresh.version, fresh.user_id, fresh.at = expected + 1, by.user_id, now()
    fresh.on_since = fresh.at if fresh.is_on else None
    fresh.save()
    _keep_version(fresh)
    journal.write("rule_changed", by=by, data={"rule": fresh.pk, "version": fresh.version})
    return fresh


def switch(rule: Rule, *, on: bool, by: Viewer) -> Rule:
    """Switch a rule on or off. It starts with what happens from now on. Raises `Conflict` when it is so already."""
    by.require(Right.MANAGE_RULES)
    before, after = (Rule.State.OFF, Rule.State.ON) if on else (Rule.State.ON, Rule.State.OFF)
    changed = Rule.objects.filter(pk=rule.pk, ended_at=None, state=before).update(
        state=after, on_since=now() if on else None
    )
    if not changed:
        raise Conflict("The rule was switched or ended meanwhile. Nothing was changed.")
    journal.write(f"rule_switched_{after}", by=by, data={"rule": rule.pk})
    rule.refresh_from_db()
    return rule


def move(rule: Rule, *, up: bool, by: Viewer) -> None:
    """Exchange the places of a rule and its neighbour. The first stays first, the last stays last."""
    by.require(Right.MANAGE_RULES)
    ours = Rule.objects.select_for_update().filter(workspace_id=by.workspace_id, ended_at=None).order_by("place")
    order = [each.pk for each in ours]
    at = order.index(rule.pk) if rule.pk in order else -1
    to = at - 1 if up else at + 1
    if at < 0 or not 0 <= to < len(order):
        return
    places = {each.pk: each.place for each in ours}
    Rule.objects.filter(pk=order[at]).update(place=places[order[to]])
    Rule.objects.filter(pk=order[to]).update(place=places[order[at]])
    journal.write("rule_moved", by=by, data={"rule": rule.pk, "up": up})


def end(rule: Rule, *, by: Viewer) -> None:
    """It does nothing any more; what it did stays in its log. Raises `Conflict` when it was ended already."""
    by.require(Right.MANAGE_RULES)
    ended = Rule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=now(), state=Rule.State.OFF)
    if not ended:
        raise Conflict("The rule was ended already. Nothing was changed.")
    journal.write("rule_ended", by=by, data={"rule": rule.pk})


def read(*, name: str, trigger: str, asked: Any, done: Any, by: Viewer) -> Says:
    """What a rule would say. Raises `Invalid` at the first place that cannot be taken."""
    words = " ".join(clean(name).split())
    if not words or len(words) > 80:
        raise Invalid("A rule needs a name of up to 80 characters. Nothing was kept.", "name")
    if trigger not in TRIGGERS:
        raise Invalid("Choose when the rule starts. Nothing was kept.", "trigger")
    says = Says(words, trigger, conditions.parse(asked, use=Use.RULES), actions.parse(done))
    if trigger == HOURLY and not conditions.move(says.conditions):
        raise Invalid(
            "A rule of every hour asks about time: hours, the promised time, the weekday. Nothing was kept.",
            "conditions",
        )
    for place, each in enumerate(says.actions):
        _check_there(each.do, each.value, f"action-{place}", by)
    return says


def conditions_of(rule: Rule | RuleVersion) -> Conditions:
    """What it asks. A question."""
    return conditions.parse(rule.conditions, use=Use.RULES)


def actions_of(rule: Rule | RuleVersion) -> Actions:
    """What it does. A question."""
    return actions.parse(rule.actions)


def versions_of(rule_ids: Iterable[int]) -> list[RuleVersion]:
    """All versions of these rules. A question."""
    return list(RuleVersion.objects.filter(rule_id__in=list(rule_ids)))


def _check_there(do: Do, value: str, field: str, by: Viewer) -> None:
    if do == Do.QUEUE and not access.rows(Team, by).filter(pk=int(value)).exists():
        raise Invalid("There is no such team. Nothing was kept. Choose one of the list.", field)
    if do == Do.TELL and value not in TOLD:
        members = access.rows(Membership, by).filter(user_id=int(value), ended_at=None)
        if not members.exists():
            raise Invalid("There is no such person. Nothing was kept. Choose one of the list.", field)


def _write(rule: Rule, says: Says) -> None:
    rule.name, rule.trigger = says.name, says.trigger
    rule.conditions, rule.actions = conditions.as_data(says.conditions), actions.as_data(says.actions)


def _keep_version(rule: Rule) -> None:
    RuleVersion.objects.create(
        rule=rule,
        version=rule.version,
        name=rule.name,
        trigger=rule.trigger,
        conditions=rule.conditions,
        actions=rule.actions,
        user_id=rule.user_id,
        at=rule.at,
    )
