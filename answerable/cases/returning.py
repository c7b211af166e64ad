"""Cases come back into the queues from people who cannot hold them: they left, they are away, they do nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from answerable.cases import custody, transferring
from answerable.cases.models import Case, Transfer
from answerable.core import attendance
from answerable.core.access import Actor
from answerable.core.models import Membership

MOST_AT_ONCE = 500


def all_of(member: Membership, *, because: str, by: Actor) -> int:
    """Everything that a member holds goes back, and what is on offer to them; returns how many cases went back."""
    return _back(_held(member), member, because=because, by=by)


def waiting_for_us(member: Membership, *, because: str, by: Actor) -> int:
    """What waits for us goes back; what waits for the customer stays until they speak. Offers come back too."""
    return _back(_held(member).filter(waiting_since=None), member, because=because, by=by)


def from_those_not_here(*, at: datetime) -> int:
    """The net below all of it: no case that waits for us stays with somebody who is not here. Returns how many."""
    here = attendance.here(at).filter(workspace_id=OuterRef("workspace_id"), user_id=OuterRef("holder_user_id"))
    lost = Case.objects.filter(
        ~Exists(here), state=Case.State.OPEN, holder_user__isnull=False, waiting_since=None
    ).order_by("pk")
    with transaction.atomic():
        cases = list(lost.select_for_update(of=("self",), skip_locked=True)[:MOST_AT_ONCE])
        return custody.from_those_not_here(cases, at=at)


def _held(member: Membership) -> QuerySet[Case]:
    return Case.objects.filter(
        workspace_id=member.workspace_id, holder_user_id=member.user_id, state=Case.State.OPEN
    ).order_by("pk")


def _back(held: QuerySet[Case], member: Membership, *, because: str, by: Actor) -> int:
    """All rows are locked at once and in one order, so that two who return cases never wait for each other."""
    offers = Transfer.objects.filter(
        to_user_id=member.user_id, case__workspace_id=member.workspace_id, state=Transfer.State.OFFERED
    )
    keys, offered = set(held.values_list("pk", flat=True)), set(offers.values_list("case_id", flat=True))
    locked = list(Case.objects.select_for_update(of=("self",)).filter(pk__in=keys | offered).order_by("pk"))
    theirs = [case for case in locked if case.pk in keys and case.holder_user_id == member.user_id]
    returned = sum(custody.back_to_queue(case, because=because, by=by) for case in theirs)
    for offer in offers.order_by("case_id"):
        transferring.give_back(offer, because=because, by=by)
    return returned
