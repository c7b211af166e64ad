"""Telling those who answer for referral that it needs them: a notice that stays until they looked at the balance."""

from __future__ import annotations

from answerable.core import access, journal
from answerable.core.access import RIGHTS, Actor, Right, Viewer
from answerable.core.models import Membership
from answerable.core.moments import now
from answerable.safety.models import SafetyNotice, SafetySystem

_OFFICERS = [role for role, rights in RIGHTS.items() if Right.REFER_REPORTS in rights]
_ADMINS = [role for role, rights in RIGHTS.items() if Right.MANAGE_SOURCES in rights]


def tell(system: SafetySystem, kind: str, *, by: Actor) -> list[int]:
    """Leave a notice for every safety officer, and where there is none for the admins; one for each until it was seen.

    Returns the ids of those who hear of it now.
    """
    at, same = now(), SafetyNotice.objects.filter(system=system, kind=kind, seen_at=None)
    fresh = sorted(_answerable(system) - set(same.values_list("user_id", flat=True)))
    SafetyNotice.objects.bulk_create(
        SafetyNotice(workspace_id=system.workspace_id, user_id=each, system=system, kind=kind, at=at) for each in fresh
    )
    for each in fresh:
        journal.write("notice_left", by=by, data={"what": kind, "system": system.pk, "to": f"user:{each}"})
    return fresh


def see(*, by: Viewer) -> int:
    """The viewer looks at the balance: what they were told about safety systems is seen now. Returns how many notices."""
    seen = access.rows(SafetyNotice, by).filter(seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, data={"count": seen})
    return seen


def _answerable(system: SafetySystem) -> set[int]:
    members = Membership.objects.filter(workspace_id=system.workspace_id, ended_at=None, user__is_active=True)
    officers = set(members.filter(roles__overlap=_OFFICERS).values_list("user_id", flat=True))
    return officers or set(members.filter(roles__overlap=_ADMINS).values_list("user_id", flat=True))
