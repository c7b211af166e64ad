"""Applying the rules: to what happened to a case, and every hour to what stays as it is.

1. The rules read the journal of a case line by line, each line once (`Reading`), and each rule fires once for a line.
2. What a rule wrote never starts the same rule.
3. After `MOST_FIRINGS` on one case within an hour a rule rests there, and who made it is told: two rules that chase
   each other come to an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from answerable.cases import conditions, filing, telling
from answerable.cases.facts import Moment
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.triage import acting, ruling
from answerable.triage.models import Firing, Reading, Rule
from answerable.triage.triggers import HOURLY, KINDS, TRIGGERS

MOST_FIRINGS = 5
WITHIN = timedelta(hours=1)
BATCH = 100
MOST_AN_HOUR = 5000
"""So many cases one rule of every hour may take at a time; the rest is its next hour's."""
RESTS = "rule_rests"


def apply(case_id: int, *, at: datetime | None = None) -> list[Firing]:
    """Apply the rules to what the journal of a case tells since they last read it. The caller's transaction holds it."""
    case = Case.objects.select_related("workspace", "team").filter(pk=case_id).first()
    rules = _rules(case.workspace_id) if case else []
    if case is None or not rules:
        return []
    Reading.objects.get_or_create(case=case)
    reading = Reading.objects.select_for_update().get(case=case)
    chain = Event.objects.filter(chain=journal.chain_of(case.pk), seq__gt=reading.seq, kind__in=KINDS)
    lines = list(chain.order_by("seq"))
    if not lines:
        return []
    theirs = spoken(lines)
    found = [_fired(rule, case, line, at or now()) for line in lines for rule in rules if starts(rule, line, theirs)]
    Reading.objects.filter(case=case).update(seq=lines[-1].seq)
    return [each for each in found if each is not None]


def ruled(case_ids: Sequence[int]) -> list[int]:
    """Those of these cases whose workspace has a rule that reads the journal: for the others there is nothing to do."""
    on = _reading_rules().filter(workspace=OuterRef("workspace"))
    cases = Case.objects.filter(Exists(on), pk__among=case_ids)
    return list(cases.order_by("pk").values_list("pk", flat=True))


def hourly() -> list[Rule]:
    """The rules that are asked every hour."""
    return list(Rule.objects.filter(state=Rule.State.ON, ended_at=None, trigger=HOURLY).order_by("workspace", "place"))


def due(rule: Rule, *, at: datetime) -> Iterator[list[int]]:
    """The open cases for which a rule of every hour holds now and has not fired in this silence, in batches."""
    holds = conditions.q(ruling.conditions_of(rule), Moment(at, zone=rule.workspace.time_zone))
    open_ = Case.objects.filter(holds, workspace_id=rule.workspace_id, state=Case.State.OPEN).order_by("promised_at")
    fired = set(rule.firings.filter(once__startswith="still:").values_list("case_id", "once"))
    rows = open_.values_list("pk", "last_at")[: MOST_AN_HOUR + len(fired)].iterator()
    waiting = [pk for pk, last_at in rows if (pk, _still(last_at)) not in fired][:MOST_AN_HOUR]
    for start in range(0, len(waiting), BATCH):
        yield waiting[start : start + BATCH]


def remind(rule: Rule, case_id: int, *, at: datetime) -> Firing | None:
    """Apply a rule of every hour to one case: once, until something is said in the case again."""
    case = Case.objects.select_related("workspace", "team").filter(pk=case_id, workspace_id=rule.workspace_id).first()
    if case is None or not rule.is_on or rule.trigger != HOURLY:
        return None
    return _fire(rule, case, once=_still(case.last_at), moment=Moment(at, zone=case.workspace.time_zone))


def starts(rule: Rule, line: Event, theirs: set[int]) -> bool:
    """Does this line start the rule? `theirs` are the messages that are a customer's own word."""
    trigger = TRIGGERS[rule.trigger]
    if line.kind not in trigger.kinds or line.part == rule.part:
        return False
    if rule.on_since is None or line.at < rule.on_since:
        return False
    return not trigger.spoken or line.data.get("message") in theirs


def holds(rule: Rule, case: Case, moment: Moment) -> bool:
    """Do all conditions of the rule hold for the case at this moment?"""
    return Case.objects.filter(conditions.q(ruling.conditions_of(rule), moment), pk=case.pk).exists()


def spoken(lines: Sequence[Event]) -> set[int]:
    """The messages of these lines that are a customer's own word, not a machine's and not ours."""
    named = [line.data["message"] for line in lines if "message" in line.data]
    messages = Message.objects.filter(pk__in=named).only("pk", "direction", "marks")
    return {message.pk for message in messages if filing.speaks_for_itself(message)}


def _rules(workspace_id: int) -> list[Rule]:
    return list(_reading_rules().filter(workspace_id=workspace_id).order_by("place", "pk"))


def _reading_rules() -> QuerySet[Rule]:
    return Rule.objects.filter(state=Rule.State.ON, ended_at=None).exclude(trigger=HOURLY)


def _fired(rule: Rule, case: Case, line: Event, at: datetime) -> Firing | None:
    message = line.data.get("message") if TRIGGERS[rule.trigger].spoken else None
    moment = Moment(at, zone=case.workspace.time_zone, message_id=message)
    return _fire(rule, case, once=f"event:{line.pk}", moment=moment, event_id=line.pk)


def _fire(rule: Rule, case: Case, *, once: str, moment: Moment, event_id: int | None = None) -> Firing | None:
    case.refresh_from_db()
    if not case.is_open or not holds(rule, case, moment):
        return None
    tired, told = _tired(rule, case, moment.at)
    if tired and told:
        return None
    facts = {"version": rule.version, "event_id": event_id, "at": moment.at, "rested": tired}
    firing, fresh = Firing.objects.get_or_create(rule=rule, case=case, once=once, defaults=facts)
    if not fresh:
        return None
    by = House(case.workspace_id, rule.part)
    if tired:
        _rest(firing, by=by)
    else:
        _do(firing, by=by)
    return firing


def _tired(rule: Rule, case: Case, at: datetime) -> tuple[bool, bool]:
    """Has it fired too often here within the hour, and was that said already?"""
    lately = list(Firing.objects.filter(rule=rule, case=case, at__gt=at - WITHIN).values_list("rested", flat=True))
    return len(lately) >= MOST_FIRINGS, any(lately)


def _do(firing: Firing, *, by: House) -> None:
    firing.did = [
        {**each, "why_not": acting.carry_out(action, firing.case, key=f"{firing.pk}:{place}", by=by)}
        for place, (action, each) in enumerate(zip(ruling.actions_of(firing.rule), firing.rule.actions, strict=True))
    ]
    firing.save(update_fields=["did"])
    _tell("rule_fired", firing, by=by)


def _rest(firing: Firing, *, by: House) -> None:
    telling.tell(firing.rule.user_id, RESTS, case=firing.case, by=by)
    _tell("rule_rested", firing, by=by)


def _tell(kind: str, firing: Firing, *, by: House) -> None:
    data = {"rule": firing.rule_id, "version": firing.version, "firing": firing.pk}
    journal.write(kind, by=by, case_id=firing.case_id, team_id=firing.case.team_id, data=data)


def _still(last_at: datetime) -> str:
    return f"still:{last_at.isoformat(timespec='microseconds')}"
