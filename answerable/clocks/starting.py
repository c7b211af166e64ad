"""Legal clocks: started by a rule and its awareness, moved earlier by earlier awareness, stopped with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from answerable.cases.models import Case
from answerable.clocks import rulebook
from answerable.clocks.alarms import set_alarm
from answerable.clocks.calendars import day_of
from answerable.clocks.keeping import leading, promise
from answerable.clocks.models import Clock
from answerable.clocks.reckoning import Due, due
from answerable.clocks.rulebook import Awareness, Rule
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

MISTAKE = timedelta(minutes=5)
"""How far ahead of ours a clock may be that says when somebody became aware."""


def start(case: Case, *, rule: str, awareness: str, at: datetime, why: str, by: Actor, holidays: str = "") -> Clock:
    """Start the clock of a legal rule on a case, from the moment `at` of one of the five awareness fields.

    1. The version of the rule that was in force on that day is taken, and kept.
    2. Started again with an earlier moment it moves there; with a later one it stays: awareness never moves later.
    3. A rule that follows up gets a further clock for each later significant information; so does one whose clock was
       stopped, because its duty was done or seemed to be none. Both stay to be seen.

    Raises `Invalid` for what the rule does not know, a moment to come, or no reason.
    """
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    known, words = rulebook.rule(rule, on=day_of(at, case.workspace.time_zone)), clean(why).strip()
    _check(known, awareness, at, words, holidays)
    locked = Case.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=case.pk)
    found = Clock.objects.filter(case=locked, rule=known.id, start_field=awareness).order_by("-round").first()
    further = known.follows_up and awareness == Awareness.SIGNIFICANT_INFO_AT
    if found is None or not found.is_running or (further and at > found.started_at):
        clock = _begin(
            locked,
            known,
            awareness=awareness,
            at=at,
            why=words,
            holidays=holidays,
            round_=found.round + 1 if found else 0,
            by=by,
        )
    else:
        clock = _earlier(found, known, at, words, holidays, by=by)
    _lead(locked)
    case.refresh_from_db(fields=["promised_at"])
    return clock


def stop(clock: Clock, *, why: str, by: Viewer) -> Clock:
    """Stop a legal clock: its duty is done, or there is none. Raises `Invalid` without a reason, `Conflict` if it stopped."""
    by.require(Right.ANSWER)
    words = clean(why).strip()
    if not clock.is_legal:
        raise Conflict("This clock stops by itself when its answer is given. Nothing was changed.")
    if not words:
        raise Invalid("Say why the clock may stop. It runs on.", "why")
    locked = Clock.objects.select_for_update(of=("self",)).select_related("case").get(pk=clock.pk)
    if not locked.is_running:
        raise Conflict("This clock was stopped already. Nothing was changed.")
    locked.stopped_at, locked.stopped_because, locked.stopped_why = now(), "by_hand", words
    locked.stopped_by_id = by.user_id
    set_alarm(locked, at=now())
    locked.save()
    _tell("clock_stopped", locked, by=by, because="by_hand")
    _lead(locked.case)
    return locked


def reckon(case: Case, rule: Rule, at: datetime, holidays: str = "") -> Due:
    """Both due dates of a rule for a case, by the workspace's own date."""
    return due(at, rule.limit(holidays), zone=case.workspace.time_zone)


def _check(rule: Rule, awareness: str, at: datetime, why: str, holidays: str) -> None:
    if awareness not in {rule.start, *rule.may_start}:
        raise Invalid(
            "The rule “%(rule)s” does not start from that moment. No clock was started. Choose another one.",
            "awareness",
            rule=rule.id,
        )
    if holidays and holidays not in rule.holidays:
        raise Invalid("The rule knows no such holidays. No clock was started. Choose one of its list.", "holidays")
    if at > now() + MISTAKE:
        raise Invalid("Nobody can have known it at a time to come. No clock was started. Correct the time.", "at")
    if not why:
        raise Invalid("Say in a sentence why this rule applies. No clock was started.", "why")


def _begin(
    case: Case, rule: Rule, *, awareness: str, at: datetime, why: str, holidays: str, round_: int, by: Actor
) -> Clock:
    clock = Clock(
        case=case,
        sort=Clock.Sort.LEGAL,
        rule=rule.id,
        round=round_,
        start_field=awareness,
        user_id=by.user_id if isinstance(by, Viewer) else None,
        part="" if isinstance(by, Viewer) else by.part,
        why=why,
        decided_at=now(),
    )
    _set(clock, rule, at, holidays)
    clock.save(force_insert=True)
    _tell("clock_started", clock, by=by)
    return clock


def _earlier(clock: Clock, rule: Rule, at: datetime, why: str, holidays: str, *, by: Actor) -> Clock:
    if at >= clock.started_at:
        raise Conflict("This clock runs since an earlier moment, and awareness never moves later. Nothing was changed.")
    clock.moved_at, clock.moved_because = now(), why
    _set(clock, rule, at, holidays or clock.holidays)
    clock.save()
    _tell("clock_moved_earlier", clock, by=by)
    return clock


def _set(clock: Clock, rule: Rule, at: datetime, holidays: str) -> None:
    limit = rule.limit(holidays)
    found = due(at, limit, zone=clock.case.workspace.time_zone)
    clock.version, clock.started_at, clock.length, clock.unit = rule.version, at, rule.length, rule.unit
    clock.holidays = limit.holidays
    clock.strict_due_at, clock.legal_due_at = found.strict_at, found.legal_at
    clock.strict_day, clock.legal_day = found.strict_day, found.legal_day
    set_alarm(clock, at=now())


def _lead(case: Case) -> None:
    """The case is worked by whatever runs out first."""
    first = leading(Clock.objects.filter(case=case, stopped_at=None))
    if first is not None and case.is_open:
        promise({case.pk: first.strict_due_at})


def _tell(kind: str, clock: Clock, *, by: Actor, **data: object) -> None:
    facts = {"clocks": [clock.pk], "rules": [clock.rule], **data}
    journal.write(kind, by=by, case_id=clock.case_id, team_id=clock.case.team_id, data=facts)
