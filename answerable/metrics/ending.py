"""Closing an incident: a person says what it was. That is also how the radar's false alarms are counted."""

from __future__ import annotations

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.metrics.models import Incident

LONGEST = 4_000


def close(incident: Incident, *, outcome: str, words: str = "", by: Viewer) -> Incident:
    """Close it for its holder, or as a lead. The cases of its authors stay as they are: each waits for its own answer.

    Raises `Invalid` for an outcome that is not in the list, `Conflict` for one that is closed.
    """
    by.require(Right.ANSWER)
    if incident.holder_id != by.user_id:
        by.require(Right.ASSIGN_OTHERS)
    if outcome not in Incident.Outcome.values:
        raise Invalid("Say what it was. Nothing was closed.", "outcome")
    facts = {"outcome": outcome, "words": clean(words).strip()[:LONGEST], "closed_at": now(), "closed_by": by.user_id}
    if not Incident.objects.filter(pk=incident.pk, closed_at=None).update(**facts):
        raise Conflict("This incident is closed already. Nothing was changed.")
    data = {"incident": incident.pk, "outcome": outcome}
    journal.write("incident_closed", by=by, team_id=incident.team_id, data=data)
    incident.refresh_from_db()
    return incident
