"""Who holds an incident: always exactly one person."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, User
from answerable.metrics import telling
from answerable.metrics.models import Incident


def take(incident: Incident, *, by: Viewer) -> Incident:
    """Hold it oneself. Raises `Conflict` for a closed one."""
    by.require(Right.ANSWER)
    return _change(incident, by.user_id, by)


def give(incident: Incident, *, to: User, by: Viewer) -> Incident:
    """Give it to a colleague who sees it: the holder may, and a lead. They are told.

    Raises `Invalid` for somebody who cannot see what is in it.
    """
    by.require(Right.ANSWER)
    if incident.holder_id != by.user_id:
        by.require(Right.ASSIGN_OTHERS)
    if not can_hold(incident).filter(user=to).exists():
        raise Invalid("%(person)s does not see the cases of this team. Nothing was changed.", "to", person=str(to))
    changed = _change(incident, to.pk, by)
    if to.pk != by.user_id:
        telling.tell(incident, "incident_given", user_id=to.pk, by=by)
    return changed


def can_hold(incident: Incident) -> QuerySet[Membership]:
    """Members who see the cases of its team."""
    members = Membership.objects.filter(workspace=incident.workspace_id, ended_at=None, user__is_active=True)
    see = Q(sees_all=True) | Q(teams=incident.team_id) | Q(user=incident.team.lead_id)
    return members.filter(see).select_related("user").distinct().order_by("user__name", "pk")


def _change(incident: Incident, user_id: int, by: Viewer) -> Incident:
    before = incident.holder_id
    mine = Incident.objects.filter(pk=incident.pk, closed_at=None, holder=before)
    if not mine.update(holder=user_id):
        raise Conflict("This incident was closed or changed hands meanwhile. Nothing was changed. Look again.")
    if before != user_id:
        data = {"incident": incident.pk, "from": f"user:{before}", "to": f"user:{user_id}"}
        journal.write("incident_given", by=by, team_id=incident.team_id, data=data)
    incident.refresh_from_db()
    return incident
