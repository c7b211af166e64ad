"""Legal clocks: started by a rule and its awareness, moved earlier by earlier awareness, stopped with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from answerable.cases.models import Case, Filing
from answerable.clocks import rulebook
from answerable.clocks.alarms import set_alarm
from answerable.clocks.calendars import day_of
from answerable.clocks.keeping import leading, promise
from answerable.clocks.models import Clock, Known
from answerable.clocks.practices import Practices, source_of
from answerable.clocks.reckoning import Due, due, earliest
from answerable.clocks.rulebook import Awareness, Rule
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

MISTAKE = timedelta(minutes=5)
"""How far ahead of ours a clock may be that says when somebody became aware."""


def start(
    case: Case,
    *,
    rule: str,
    awareness: str,
    at: datetime,
    why: str,
    by: Actor,
    holidays: str = "",
    message: Message | None = None,
) -> Clock:
    """Start the clock of a legal rule on a case, from the moment `at` of one of the five awareness fields.

    1. The version of the rule that was in force on that day is taken, and kept.
    2. Started again with an earlier moment it moves there; with a later one it stays: awareness never moves later.
    3. A rule that follows up gets a further clock for each later significant information; so does one whose clock was
       stopped, because its duty was done or seemed to be none. Both stay to be seen.
    4. `message` is what started it: the clock goes where that goes. What is known earlier of it, or of the case, counts.

    Raises `Invalid` for what the rule does not know, a moment to come, no reason, or a message of another case.
    """
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    _check_message(case, message)
    at = earliest(at, _known(case, awareness, message)) or at
    known, words = rulebook.rule(rule, on=day_of(at, case.workspace.time_zone)), clean(why).strip()
    _check(known, awareness, at, words, holidays)
    locked = Case.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=case.pk)
    found = _found(locked, known, awareness, message)
    if found is None or not found.is_running or _is_further(found, known, at, message):
        facts = {"awareness": awareness, "why": words, "holidays": holidays}
        clock = _begin(locked, known, at=at, message=message, by=by, **facts)
    else:
        clock = _earlier(found, known, at, words, holidays, by=by)
    _lead(locked)
    case.refresh_from_db(fields=["promised_at"])
    return clock


def advance(clock: Clock, *, at: datetime, why: str, by: Actor) -> Clock:
    """Move a running legal clock to an earlier start that came to light, by the rule in force on that day.

    Raises `Conflict` for a moment that is not earlier.
    """
    day = day_of(at, clock.case.workspace.time_zone)
    rule = rulebook.of_day(clock.rule, day) or rulebook.version(clock.rule, clock.version)
    moved = _earlier(clock, rule, at, clean(why).strip(), clock.holidays, by=by)
    _lead(clock.case)
    return moved


def stop(clock: Clock, *, why: str, by: Actor) -> Clock:
    """Stop a legal clock: its duty is done, or there is none. Raises `Invalid` without a reason, `Conflict` if it stopped."""
    if isinstance(by, Viewer):
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
    locked.stopped_by_id = by.user_id if isinstance(by, Viewer) else None
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


def _check_message(case: Case, message: Message | None) -> None:
    if message is not None and not Filing.objects.filter(message=message, case=case).exists():
        raise Invalid("The message lies in another case. No clock was started. Choose one of this case.", "message")


def _known(case: Case, awareness: str, message: Message | None) -> datetime | None:
    """The moment that was told before, if it was: of the message, and of the case for the criteria."""
    told = Known.objects.filter(fact=awareness)
    if awareness == Awareness.CRITERIA_MET_AT:
        told = told.filter(message__filing__case=case)
    else:
        told = told.filter(message=message) if message is not None else told.none()
    return told.order_by("at").values_list("at", flat=True).first()


def _found(case: Case, rule: Rule, awareness: str, message: Message | None) -> Clock | None:
    """The clock that runs for it already: of the same message where there is one, else the last one."""
    clocks = Clock.objects.filter(case=case, rule=rule.id, start_field=awareness).order_by("-pk")
    same = clocks.filter(message=message).first() if message is not None else None
    return same or clocks.first()


def _is_further(found: Clock, rule: Rule, at: datetime, message: Message | None) -> bool:
    """Is this a later information that gets a clock of its own?"""
    again = message is not None and found.message_id == message.pk
    significant = found.start_field == Awareness.SIGNIFICANT_INFO_AT
    return rule.follows_up and significant and not again and at > found.started_at


def _next_round(case: Case, rule: Rule, awareness: str) -> int:
    last = Clock.objects.filter(case=case, rule=rule.id, start_field=awareness).aggregate(last=Max("round"))["last"]
    return 0 if last is None else last + 1


def _begin(
    case: Case,
    rule: Rule,
    *,
    awareness: str,
    at: datetime,
    why: str,
    holidays: str,
    message: Message | None,
    by: Actor,
) -> Clock:
    clock = Clock(
        case=case,
        sort=Clock.Sort.LEGAL,
        rule=rule.id,
        round=_next_round(case, rule, awareness),
        start_field=awareness,
        message=message,
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
    strict, legal = (clock.strict_due_at, clock.strict_day), (clock.legal_due_at, clock.legal_day)
    clock.moved_at, clock.moved_because = now(), why
    _set(clock, rule, at, holidays or clock.holidays)
    # An older version of the rule, or another time zone, may have given more time: what was due stays due.
    clock.strict_due_at, clock.strict_day = min(strict, (clock.strict_due_at, clock.strict_day))
    clock.legal_due_at, clock.legal_day = min(legal, (clock.legal_due_at, clock.legal_day))
    set_alarm(clock, at=now())
    clock.save()
    _tell("clock_moved_earlier", clock, by=by)
    return clock


def _set(clock: Clock, rule: Rule, at: datetime, holidays: str) -> None:
    limit = Practices(clock.case.workspace_id).limit(rule, source_of(clock), holidays)
    found = due(at, limit, zone=clock.case.workspace.time_zone)
    clock.version, clock.started_at, clock.length, clock.unit = rule.version, at, limit.length, rule.unit
    clock.roll = limit.roll if limit.roll is not rule.roll_forward else ""
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
