"""Putting a case aside, for a reason: until a date, or because we wait for the customer or for somebody else.

It comes back by itself: at its date, when somebody writes, and, where it only slept, when a clock warns. A sleeping case stops
no clock; while we wait for others a clock stands still where its target grants that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from answerable.cases import custody, telling
from answerable.cases.models import Case, Snooze
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

LONGEST = timedelta(days=180)
MOST_AT_ONCE = 500
LONGEST_NAME = 120
WAITS = (Case.WaitingFor.CUSTOMER, Case.WaitingFor.THIRD_PARTY)


def snooze(case: Case, *, until: datetime, reason: str, by: Viewer) -> Snooze:
    """Put the case aside until then; a later snooze takes the place of the one before.

    The holder may, out of a queue any of its team, for others' cases a lead. Raises `Invalid` without a reason or for a
    moment that is past or farther than `LONGEST`, `Conflict` for a case that is not open.
    """
    made = _aside(case, until=until, reason=reason, waiting_for=Case.WaitingFor.DATE, by=by)
    _tell_begun("case_snoozed", made, by=by)
    return made


def wait(case: Case, *, whom: str, until: datetime, reason: str, by: Viewer, who: str = "") -> Snooze:
    """We can do nothing before the customer, or somebody else, does something; `until` is when we expect it.

    `whom` is one of `WAITS`; `who` names somebody else. Who may, and what else is refused, is as with `snooze`.
    """
    name = clean(who).strip()[:LONGEST_NAME]
    if whom not in WAITS:
        raise Invalid("Say whether we wait for the customer or for somebody else. Nothing was changed.", "whom")
    if whom == Case.WaitingFor.THIRD_PARTY and not name:
        raise Invalid("Say for whom we wait. Nothing was changed.", "who")
    made = _aside(case, until=until, reason=reason, waiting_for=whom, who=name, by=by)
    _tell_begun("case_waits", made, by=by, whom=whom)
    return made


def _aside(case: Case, *, until: datetime, reason: str, waiting_for: str, by: Viewer, who: str = "") -> Snooze:
    by.require(Right.ANSWER)
    if case.holder_user_id not in {None, by.user_id}:
        by.require(Right.ASSIGN_OTHERS)
    words, at = clean(reason).strip(), now()
    if not words:
        raise Invalid("Say why, so that whoever sees the case asleep knows. It stays awake.", "reason")
    if not at < until <= at + LONGEST:
        raise Invalid("Choose a moment within the next half year. The case stays awake.", "until")
    case = custody.lock(case)
    replaced = _ended([case], because="again", at=at)
    _told([each for each in replaced if each.waiting_for in WAITS], because="again", by=by, at=at)
    facts = {"reason": words, "waiting_for": waiting_for, "who": who}
    made = Snooze.objects.create(case=case, user_id=by.user_id, at=at, until=until, **facts)
    Case.objects.filter(pk=case.pk).update(waiting_since=at, waiting_for=waiting_for)
    return made


def _tell_begun(kind: str, made: Snooze, *, by: Viewer, **more: str) -> None:
    case, data = made.case, {"snooze": made.pk, "until": made.until.isoformat(), **more}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data, at=made.at)


def wake(case: Case, *, because: str = "woken", by: Actor) -> Case:
    """Wake the case now: it waits for us again. Raises `Conflict` when it does not sleep."""
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    if not _woken([fresh], because=because, by=by, at=now()):
        raise Conflict("The case is awake already. Nothing was changed.")
    case.refresh_from_db()
    return case


@transaction.atomic
def wake_due(case_ids: Iterable[int], *, because: str, by: Actor) -> int:
    """The alarm, or a clock that warns: wake these cases, those that sleep. Returns how many woke.

    A clock that warns wakes nobody who waits for others: the holder was told, and what we wait for did not happen by it.
    """
    asleep = Snooze.objects.filter(case_id__in=case_ids, woke_at=None)
    if because == "clock":
        asleep = asleep.filter(waiting_for=Case.WaitingFor.DATE)
    cases = list(Case.objects.select_for_update().filter(pk__in=asleep.values("case_id")).order_by("pk"))
    woken = _woken(cases, because=because, by=by, at=now())
    for case in woken:
        telling.tell(case.holder_user_id or case.team.lead_id, "case_woke", case=case, by=by)
    return len(woken)


def due(*, at: datetime) -> list[Snooze]:
    """Snoozes whose time has come."""
    return list(
        Snooze.objects.select_related("case").filter(woke_at=None, until__lte=at).order_by("until")[:MOST_AT_ONCE]
    )


def heard(cases: Iterable[Case], *, at: datetime, by: Actor) -> None:
    """Somebody spoke: filing has let the cases wait for us already, and their snoozes end with it."""
    _told(_ended(cases, because="wrote", at=at), because="wrote", by=by, at=at)


def _woken(cases: Iterable[Case], *, because: str, by: Actor, at: datetime) -> list[Case]:
    ended = _ended(cases, because=because, at=at)
    for made in ended:
        still = Case.objects.filter(pk=made.case_id, waiting_for=made.waiting_for)
        still.update(waiting_since=None, waiting_for="")
        made.case.refresh_from_db()
    woken = [made.case for made in ended]
    _told(ended, because=because, by=by, at=at)
    custody.from_those_not_here(woken, at=at)
    return woken


def _ended(cases: Iterable[Case], *, because: str, at: datetime) -> list[Snooze]:
    """End the open snoozes of these cases; returns those that ended, each with its case."""
    by_id = {case.pk: case for case in cases}
    ended = list(Snooze.objects.filter(case_id__among=by_id, woke_at=None).order_by("case_id"))
    for made in ended:
        made.case = by_id[made.case_id]
    if ended:
        Snooze.objects.filter(pk__in=[made.pk for made in ended]).update(woke_at=at, woke_because=because)
    return ended


def _told(ended: Iterable[Snooze], *, because: str, by: Actor, at: datetime) -> None:
    lines = [
        journal.line(
            "wait_ended" if made.waiting_for in WAITS else "case_woke",
            by=by,
            case_id=made.case_id,
            team_id=made.case.team_id,
            data={"because": because},
            at=at,
        )
        for made in ended
    ]
    if lines:
        journal.write_all(lines)
