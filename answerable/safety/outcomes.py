"""What became of a referral, written to it, to its attempt and to the journal together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from answerable.cases.models import Case
from answerable.clocks import starting
from answerable.clocks.models import Clock
from answerable.core import jobs, journal
from answerable.core.access import Actor, House
from answerable.core.moments import now
from answerable.safety import telling
from answerable.safety.models import Referral, ReferralAttempt, Report, SafetySystem
from answerable.safety.systems.values import Told, Word

PART = "referral"
HAND_OVER_RULE = "company.to_safety"
WAITS = tuple(timedelta(seconds=each) for each in (10, 60, 300, 900, 3600))
"""The pauses between tries. There is no last try: a report waits until it is there, and is overdue meanwhile."""
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)
State = Referral.State


class Overtaken(Exception):
    """The attempt was ended by somebody else meanwhile; whoever still works on it has nothing more to say."""


@transaction.atomic
def sent(referral: Referral, attempt: ReferralAttempt, told: Told | None) -> None:
    """They have it. An acknowledgement that came meanwhile stands."""
    _end(attempt, ReferralAttempt.State.SENT, "")
    at = attempt.handed_over_at or attempt.started_at
    Referral.objects.filter(pk=referral.pk).update(sent_at=at)
    _move(referral, State.SENT, only=(State.SENDING, State.UNKNOWN))
    works(referral.system)
    tell("referral_sent", referral, attempt=attempt.number)
    if told is None:
        look_again(referral)


@transaction.atomic
def later(
    referral: Referral, attempt: ReferralAttempt, *, words: str, after: float | None = None, is_theirs: bool = True
) -> None:
    """Not now. Nothing has gone out. Waits grow; `is_theirs` says that the system answers nobody now."""
    _end(attempt, ReferralAttempt.State.LATER, words)
    pause = max(WAITS[min(referral.tries, len(WAITS)) - 1], timedelta(seconds=after or 0))
    if is_theirs:
        fails(referral.system, words)
    wait(referral, after=pause, words=words)


@transaction.atomic
def unknown(referral: Referral, attempt: ReferralAttempt, *, words: str) -> None:
    """It may be there. It is looked up by its key, or a person says, and is never sent again blindly."""
    _end(attempt, ReferralAttempt.State.UNKNOWN, words)
    _move(referral, State.UNKNOWN, trouble=words, only=(State.SENDING,))
    tell("referral_unknown", referral, attempt=attempt.number)
    look_again(referral, soon=True)


@transaction.atomic
def refused(referral: Referral, *, words: str, attempt: ReferralAttempt | None = None) -> None:
    """They said no for good: a safety officer is told."""
    if attempt is not None:
        _end(attempt, ReferralAttempt.State.REFUSED, words)
    _move(referral, State.REFUSED, trouble=words)
    tell("referral_refused", referral)
    telling.tell(referral.system, "referral_refused", by=_house(referral))


@transaction.atomic
def acknowledged(referral: Referral, *, theirs: str, by: Actor, words: str = "") -> None:
    """It is in their system: the referral is done, and so is the company's own limit where nothing else waits for it."""
    at = now()
    fresh = Referral.objects.filter(pk=referral.pk).exclude(state=State.ACKNOWLEDGED)
    done = {"state": State.ACKNOWLEDGED, "acknowledged_at": at, "next_try_at": None, "trouble": words[:2000]}
    if not fresh.update(**done, theirs=theirs):
        return
    Referral.objects.filter(pk=referral.pk, sent_at=None).update(sent_at=at)
    referral.refresh_from_db()
    tell("referral_acknowledged", referral, by=by, theirs=bool(theirs))
    _stop_clocks(referral, by=by)


@transaction.atomic
def heard(referral: Referral, told: Told) -> None:
    """Their word about it. Only taking it as it was sent acknowledges it."""
    by = _house(referral)
    if told.word is Word.TAKEN:
        acknowledged(referral, theirs=told.theirs, by=by)
    elif told.word is Word.REFUSED:
        refused(referral, words=told.words or "They refused it without a reason.")
    else:
        Referral.objects.filter(pk=referral.pk).update(trouble=_doubt(told))
        referral.refresh_from_db()
        tell(f"referral_{told.word}", referral)
        telling.tell(referral.system, f"referral_{told.word}", by=by)


def wait(referral: Referral, *, after: timedelta, words: str) -> None:
    """Put it back for a later try."""
    _move(
        referral,
        State.WAITING,
        trouble=words,
        next_try_at=now() + after,
        only=(State.SENDING, State.UNKNOWN, State.WAITING),
    )
    jobs.later(
        "safety.jobs.send", lock=f"safety:{referral.system_id}", after=after.total_seconds(), referral_id=referral.pk
    )


def look_again(referral: Referral, *, soon: bool = False, words: str | None = None) -> None:
    """Ask about it after a while: at once at first, then less and less often."""
    pause = timedelta(seconds=2) if soon else _growing(referral)
    changed = {"next_try_at": now() + pause} | ({"trouble": words[:2000]} if words is not None else {})
    Referral.objects.filter(pk=referral.pk, state__in=(State.SENT, State.UNKNOWN)).update(**changed)
    referral.refresh_from_db()
    jobs.later("safety.jobs.look_up", after=pause.total_seconds(), referral_id=referral.pk)


def fails(system: SafetySystem, words: str) -> None:
    """It does not take anything now. Its people are told once in a row of failures."""
    SafetySystem.objects.filter(pk=system.pk).update(trouble=words[:2000])
    if SafetySystem.objects.filter(pk=system.pk, failing_since=None).update(failing_since=now()):
        by = house(system)
        journal.write("safety_system_failing", by=by, data={"system": system.pk})
        telling.tell(system, "safety_system_failing", by=by)


def house(system: SafetySystem) -> House:
    """Who acts where no person does."""
    return House(system.workspace_id, PART)


def works(system: SafetySystem) -> None:
    if SafetySystem.objects.filter(pk=system.pk).exclude(failing_since=None).update(failing_since=None, trouble=""):
        journal.write("safety_system_works", by=house(system), data={"system": system.pk})


def tell(kind: str, referral: Referral, *, by: Actor | None = None, **data: object) -> None:
    """The journal line of a referral, on the chain of the case: ids and nothing that the report says."""
    case = Case.objects.get(filings__message=referral.report.message_id)
    facts = {"report": referral.report_id, "referral": referral.pk, "system": referral.system_id, **data}
    journal.write(kind, by=by or _house(referral), case_id=case.pk, team_id=case.team_id, data=facts)


def _stop_clocks(referral: Referral, *, by: Actor) -> None:
    """The limit of our own to hand over ends when everything of the case that it was for is acknowledged."""
    running = Clock.objects.filter(
        case__filings__message=referral.report.message_id, rule=HAND_OVER_RULE, stopped_at=None
    )
    for clock in running.order_by("pk"):
        if not _is_owed(clock):
            why = f"{referral.system.label} acknowledged {referral.report.number}."
            starting.stop(clock, why=why, by=_house(referral))


def _is_owed(clock: Clock) -> bool:
    """Is a report of this case without an acknowledged version that was made after the clock began?"""
    told = {"message_id": clock.message_id} if clock.message_id else {"message__filing__case": clock.case_id}
    reports = Report.objects.filter(**told)
    reports = reports if reports.exists() else Report.objects.filter(message__filing__case=clock.case_id)
    taken = Referral.objects.filter(state=State.ACKNOWLEDGED, version__at__gte=clock.started_at)
    return reports.exclude(pk__in=taken.values("report")).exists()


def _doubt(told: Told) -> str:
    if told.word is Word.DIFFERENT:
        return "They acknowledged other contents than we sent. It counts as not acknowledged. Ask them what they hold."
    return f"They answered, and whether they took it is not clear: {told.words}"[:2000]


def _growing(referral: Referral) -> timedelta:
    """A tenth of the time that it has waited, between half a minute and an hour."""
    waited = now() - (referral.sent_at or referral.asked_at)
    return min(max(waited / 10, SOONEST), LATEST)


def _end(attempt: ReferralAttempt, state: ReferralAttempt.State, words: str) -> None:
    mine = ReferralAttempt.objects.filter(pk=attempt.pk, state=ReferralAttempt.State.STARTED)
    if not mine.update(state=state, words=words[:2000], ended_at=now()):
        raise Overtaken
    attempt.refresh_from_db()


def _move(
    referral: Referral,
    state: Referral.State,
    *,
    trouble: str = "",
    next_try_at: datetime | None = None,
    only: tuple[Referral.State, ...] = tuple(State),
) -> None:
    """Under its lock by condition: what was acknowledged in the same moment stays so."""
    mine = Referral.objects.filter(pk=referral.pk, state__in=only)
    mine.update(state=state, trouble=trouble[:2000], next_try_at=next_try_at)
    referral.refresh_from_db()


def _house(referral: Referral) -> House:
    return house(referral.system)
