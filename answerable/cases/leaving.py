"""Somebody leaves: what they held goes back into the queues, and each case says so."""

from __future__ import annotations

from django.db import transaction

from answerable.cases.models import Case
from answerable.core import admitting, journal
from answerable.core.access import Viewer
from answerable.core.models import Membership


@transaction.atomic
def leave(member: Membership, *, by: Viewer) -> int:
    """End a membership and return its open cases to the queue of their team; returns how many. Raises `Conflict`."""
    admitting.end(member, by=by)
    held = list(
        Case.objects.select_for_update().filter(
            workspace_id=member.workspace_id, holder_user_id=member.user_id, state=Case.State.OPEN
        )
    )
    for case in held:
        Case.objects.filter(pk=case.pk).update(holder_user=None, holder_team_id=case.team_id)
        data = {"from": f"user:{member.user_id}", "to": f"team:{case.team_id}"}
        journal.write("case_returned", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return len(held)
