"""Who is here: a member of the workspace whose account is open and who is not away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from answerable.core.models import Absence, Membership


def here(at: datetime) -> QuerySet[Membership]:
    """The memberships of those who can hold a case at this moment."""
    away = absences(at).filter(membership=OuterRef("pk"))
    return Membership.objects.filter(~Exists(away), ended_at=None, user__is_active=True)


def is_here(user_id: int, workspace_id: int, at: datetime) -> bool:
    return here(at).filter(user_id=user_id, workspace_id=workspace_id).exists()


def absences(at: datetime) -> QuerySet[Absence]:
    """Absences that have begun and not ended."""
    begun = Absence.objects.filter(returned_at=None, starts_at__lte=at)
    return begun.filter(Q(ends_at=None) | Q(ends_at__gt=at))
