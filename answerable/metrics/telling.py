"""Telling a person of the house something about an incident: a notice that stays until they looked at it."""

from __future__ import annotations

from answerable.core import access, journal
from answerable.core.access import Actor, Viewer
from answerable.core.moments import now
from answerable.metrics.models import Incident, IncidentNotice


def tell(incident: Incident, kind: str, *, user_id: int, by: Actor) -> IncidentNotice:
    """Leave a notice of this kind for one person. The same one again, while the first is unseen, stays one."""
    notice, fresh = IncidentNotice.objects.get_or_create(
        workspace_id=incident.workspace_id,
        user_id=user_id,
        incident=incident,
        kind=kind,
        seen_at=None,
        defaults={"at": now()},
    )
    if fresh:
        data = {"incident": incident.pk, "what": kind, "to": f"user:{user_id}"}
        journal.write("notice_left", by=by, team_id=incident.team_id, data=data)
    return notice


def see(incident: Incident, *, by: Viewer) -> int:
    """The viewer looks at the incident: what they were told about it is seen now. Returns how many notices."""
    seen = access.rows(IncidentNotice, by).filter(incident=incident, seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, team_id=incident.team_id, data={"incident": incident.pk, "count": seen})
    return seen
