"""Snoozing: the holder looks again at a moment, for a reason. No clock stands still, and the case wakes by itself."""

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


def snooze(case: Case, *, until: datetime, reason: str, by: Viewer) -> Snooze:
    """Put the case aside until then; a later snooze takes the place of the one before.

    The holder may, out of a queue any of its team, for others' cases a lead. Raises `Invalid` without a reason or for a
    moment that is past or farther than `LONGEST`, `Conflict` for a case that is not open.
    """
    by.require(Right.ANSWER)
    if case.holder_user_id not in {None, by.user_id}:
        by.require(Right.ASSIGN_OTHERS)
    words, at = clean(reason).strip(), now()
    if not words:
        raise Invalid("Say why, so that whoever sees the case asleep knows. It stays awake.", "reason")
    if not at < until <= at + LONGEST:
        raise Invalid("Choose a moment within the next half year. The case stays awake.", "until")
    case = custody.lock(case)
    _ended([case], because="again", at=at)
    made = Snooze.objects.create(case=case, user_id=by.user_id, reason=words, at=at, until=until)
    Case.objects.filter(pk=case.pk).update(waiting_since=at, waiting_for=Case.WaitingFor.DATE)
    data = {"snooze": made.pk, "until": until.isoformat()}
    journal.write("case_snoozed", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return made


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
    """The alarm, or a clock that warns: wake these cases, those that sleep. Returns how many woke."""
    asleep = Snooze.objects.filter(case_id__in=case_ids, woke_at=None).values("case_id")
    cases = list(Case.objects.select_for_update().filter(pk__in=asleep).order_by("pk"))
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
    """The customer spoke: filing has let the cases wait for us already, and their snoozes end with it."""
    _told(_ended(cases, because="wrote", at=at), because="wrote", by=by, at=at)


def _woken(cases: Iterable[Case], *, because: str, by: Actor, at: datetime) -> list[Case]:
    woken = _ended(cases, because=because, at=at)
    keys = [case.pk for case in woken]
    Case.objects.filter(pk__in=keys, waiting_for=Case.WaitingFor.DATE).update(waiting_since=None, waiting_for="")
    for case in woken:
        case.refresh_from_db()
    _told(woken, because=because, by=by, at=at)
    custody.from_those_not_here(woken, at=at)
    return woken


def _ended(cases: Iterable[Case], *, because: str, at: datetime) -> list[Case]:
    """End the open snoozes of these cases; returns the cases that had one."""
    by_id = {case.pk: case for case in cases}
    open_ = Snooze.objects.filter(case_id__in=by_id, woke_at=None)
    asleep = [by_id[key] for key in open_.order_by("case_id").values_list("case_id", flat=True)]
    if asleep:
        open_.update(woke_at=at, woke_because=because)
    return asleep


def _told(cases: Iterable[Case], *, because: str, by: Actor, at: datetime) -> None:
    lines = [
        journal.line("case_woke", by=by, case_id=case.pk, team_id=case.team_id, data={"because": because}, at=at)
        for case in cases
    ]
    if lines:
        journal.write_all(lines)
