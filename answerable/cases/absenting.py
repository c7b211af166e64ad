"""Somebody is away, and comes back. Nothing waits for a person who is not here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from answerable.cases import returning
from answerable.core import attendance, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Absence, Membership
from answerable.core.moments import now


@transaction.atomic
def away(
    member: Membership, *, by: Viewer, until: datetime | None = None, since: datetime | None = None, reason: str = ""
) -> int:
    """Away from `since` (now) until then, or until they say that they are back; returns how many cases went back.

    1. What waits for us goes into the queue of its team, and what is on offer to them back to the giver.
    2. What waits for the customer stays with them; when the customer speaks before they are back, it goes to the queue.
    3. An absence that is to come begins by itself; nothing is handed out or offered to who is away.

    For oneself; for others a lead or an admin. Raises `Invalid` for an end that is past or before the beginning.
    """
    _may(member, by)
    at = now()
    begin = since or at
    if until is not None and until <= max(begin, at):
        raise Invalid("The absence would end before it begins. Nothing was changed. Choose a later day.", "until")
    Absence.objects.filter(membership=member, returned_at=None, ends_at__lte=at).update(returned_at=F("ends_at"))
    facts = {"starts_at": begin, "ends_at": until, "reason": reason.strip()[:120]}
    absence, _ = Absence.objects.update_or_create(membership=member, returned_at=None, defaults=facts)
    _tell("member_away", member, absence, by=by)
    if begin > at:
        return 0
    return returning.waiting_for_us(member, because="away", by=by)


def back(member: Membership, *, by: Viewer) -> None:
    """Here again, or the absence to come is called off. Raises `Conflict` for somebody who is here."""
    _may(member, by)
    absence = Absence.objects.filter(membership=member, returned_at=None).first()
    at = now()
    if absence is None or not Absence.objects.filter(pk=absence.pk, returned_at=None).update(returned_at=at):
        raise Conflict("%(person)s is here already. Nothing was changed.", person=str(member.user))
    _tell("member_back", member, absence, by=by)


def absence_of(member: Membership, *, by: Viewer) -> Absence | None:
    """The absence that goes on, or the one to come; None for somebody of another workspace."""
    if member.workspace_id != by.workspace_id:
        return None
    at = now()
    running = attendance.absences(at).filter(membership=member).first()
    return running or Absence.objects.filter(membership=member, returned_at=None, starts_at__gt=at).first()


def _may(member: Membership, by: Viewer) -> None:
    if member.workspace_id != by.workspace_id:
        raise NotAllowed("This person works elsewhere. Nothing was changed.")
    if member.user_id != by.user_id and not by.may(Right.MANAGE_PEOPLE):
        by.require(Right.ASSIGN_OTHERS)


def _tell(kind: str, member: Membership, absence: Absence, *, by: Viewer) -> None:
    until = absence.ends_at.isoformat() if absence.ends_at else ""
    data = {"user": member.user_id, "absence": absence.pk, "since": absence.starts_at.isoformat(), "until": until}
    journal.write(kind, by=by, data=data)
