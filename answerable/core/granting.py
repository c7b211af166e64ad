"""Opening a single case to a person or a team beyond their own queues, and closing it again. Their viewer knows from then on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.models import Grant
from answerable.core.moments import now


def grant(case_id: int, *, why: str, by: Actor, user_id: int | None = None, team_id: int | None = None) -> None:
    """Open the case to the person or the team; doing it again changes nothing."""
    if _given(case_id, why, user_id, team_id).exists():
        return
    given = Grant(workspace_id=by.workspace_id, case_id=case_id, user_id=user_id, team_id=team_id, why=why, at=now())
    Grant.objects.bulk_create([given], ignore_conflicts=True)
    _tell("case_opened_to", case_id, why=why, by=by, user_id=user_id, team_id=team_id)


def withdraw(case_id: int, *, why: str, by: Actor, user_id: int | None = None, team_id: int | None = None) -> None:
    """Close again what was opened for this reason; other reasons stay."""
    gone, _ = _given(case_id, why, user_id, team_id).delete()
    if gone:
        _tell("case_closed_to", case_id, why=why, by=by, user_id=user_id, team_id=team_id)


def _given(case_id: int, why: str, user_id: int | None, team_id: int | None) -> QuerySet[Grant]:
    whom = Q(user_id=user_id) if user_id else Q(team_id=team_id)
    return Grant.objects.filter(whom, case_id=case_id, why=why)


def _tell(kind: str, case_id: int, *, why: str, by: Actor, user_id: int | None, team_id: int | None) -> None:
    data = {"why": why, "to": f"user:{user_id}" if user_id else f"team:{team_id}"}
    journal.write(kind, by=by, case_id=case_id, data=data)
