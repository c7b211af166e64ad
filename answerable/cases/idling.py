"""A holder who does nothing about a case that waits for us is told, and then it goes back into the queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from answerable.cases import custody, telling
from answerable.cases.models import Case, Notice
from answerable.core.access import House
from answerable.core.models import Event, Team

MOST_AT_ONCE = 500
PATIENCE = 0.25
"""After the notice the holder has this part of the team's `idle_hours` to do something."""


@dataclass(frozen=True)
class Idle:
    """A case whose holder did nothing since then, for longer than the team waits."""

    case: Case
    since: datetime
    over: bool


def look(team: Team, *, at: datetime, by: House) -> tuple[int, int]:
    """Tell the holders of cases where nothing was done, and return what stayed so; how many of each.

    Something done is any line of the holder in the journal of the case. The time begins when the case came to them or
    the customer spoke, whichever was later.
    """
    told = returned = 0
    for idle in _idle(team, at):
        if idle.over:
            returned += _back(idle.case, by=by)
        elif not _knows(idle):
            telling.tell(idle.case.holder_user_id or team.lead_id, "idle", case=idle.case, by=by)
            told += 1
    return told, returned


def teams(*, by: House | None = None) -> list[Team]:
    """Teams that do not leave an idle case with its holder."""
    return list(Team.objects.filter(idle_hours__isnull=False).order_by("pk"))


def _idle(team: Team, at: datetime) -> Iterator[Idle]:
    span = timedelta(hours=team.idle_hours or 0)
    held = Case.objects.filter(team=team, state=Case.State.OPEN, waiting_since=None, holder_user__isnull=False)
    cases = list(held.filter(last_at__lte=at - span).order_by("promised_at", "pk")[:MOST_AT_ONCE])
    for case in cases:
        since = _since(case)
        if since <= at - span:
            yield Idle(case, since, over=since <= at - span * (1 + PATIENCE) and _knows(Idle(case, since, over=True)))


def _since(case: Case) -> datetime:
    """When something was last done, by the holder or to them."""
    mine = Q(user_id=case.holder_user_id or 0) | Q(data__to=custody.holder_mark(case), kind__startswith="case_")
    last = Event.objects.filter(mine | Q(kind="message_filed"), chain=f"case:{case.pk}").aggregate(at=Max("at"))["at"]
    return max(last, case.last_at) if last is not None else case.last_at


def _knows(idle: Idle) -> bool:
    return Notice.objects.filter(
        case=idle.case, kind="idle", user_id=idle.case.holder_user_id or 0, at__gt=idle.since
    ).exists()


@transaction.atomic
def _back(case: Case, *, by: House) -> bool:
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    if fresh.holder_user_id != case.holder_user_id or not custody.back_to_queue(fresh, because="idle", by=by):
        return False
    telling.tell(fresh.team.lead_id, "idle_returned", case=fresh, by=by)
    return True
