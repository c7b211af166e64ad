"""Telling those who answer for a source that it needs them: a notice that stays until they looked."""

from __future__ import annotations

from answerable.channels.models import Source, SourceNotice
from answerable.core import access, journal
from answerable.core.access import RIGHTS, Actor, Right, Viewer
from answerable.core.models import Membership
from answerable.core.moments import now

_ADMINS = [role for role, rights in RIGHTS.items() if Right.MANAGE_SOURCES in rights]


def tell(source: Source, kind: str, *, by: Actor) -> list[int]:
    """Leave a notice for the lead of its team and for all who may change it; one for each until it was seen.

    Returns the ids of those who hear of it now.
    """
    at, same = now(), SourceNotice.objects.filter(source=source, kind=kind, seen_at=None)
    fresh = sorted(_answerable(source) - set(same.values_list("user_id", flat=True)))
    SourceNotice.objects.bulk_create(
        SourceNotice(workspace_id=source.workspace_id, user_id=each, source=source, kind=kind, at=at) for each in fresh
    )
    for each in fresh:
        data = {"what": kind, "to": f"user:{each}"}
        journal.write("notice_left", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    return fresh


def see(*, by: Viewer) -> int:
    """The viewer looks at the channels: what they were told about sources is seen now. Returns how many notices."""
    unseen = access.rows(SourceNotice, by).filter(seen_at=None)
    seen = unseen.update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, data={"count": seen})
    return seen


def _answerable(source: Source) -> set[int]:
    """Also those who are away: the notice waits for them."""
    members = Membership.objects.filter(workspace_id=source.workspace_id, ended_at=None, user__is_active=True)
    admins = members.filter(roles__overlap=_ADMINS).values_list("user_id", flat=True)
    lead = members.filter(user=source.team.lead_id).values_list("user_id", flat=True)
    return {*admins, *lead}
