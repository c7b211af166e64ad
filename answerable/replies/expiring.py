"""Expiring: whoever wrote a wording, and the leads, hear a month and a week before its last day. After it the checks stop it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from answerable.core import access, journal
from answerable.core.access import House, Viewer
from answerable.core.models import Membership, Workspace
from answerable.core.moments import now
from answerable.replies import wordings
from answerable.replies.models import Wording, WordingNotice, WordingVersion

WARNED = (7, 30)
"""Days before the last one. Who is told of the nearer needs not be told of the other."""


def warn_everywhere(at: datetime | None = None) -> int:
    """Tell of every version in force that ends within a month or a week; each person once for each. Returns how many notices."""
    return sum(_warn(workspace, at or now()) for workspace in Workspace.objects.order_by("pk"))


def see(wording: Wording, *, by: Viewer) -> int:
    """The viewer looks at the wording: what they were told about it is seen now."""
    told = access.rows(WordingNotice, by).filter(version__wording=wording, seen_at=None)
    return told.update(seen_at=now())


def _warn(workspace: Workspace, at: datetime) -> int:
    day = wordings.today(workspace.time_zone, at)
    approved = WordingVersion.objects.filter(wording__workspace=workspace, state=WordingVersion.State.APPROVED)
    ends = approved.filter(valid_from__lte=day, valid_to__gte=day, valid_to__lte=day + timedelta(days=max(WARNED)))
    leads = set(_leads(workspace))
    return sum(
        _tell(each, user_id, min(days for days in WARNED if (each.valid_to - day).days <= days), at)
        for each in ends.select_related("wording").order_by("pk")
        if wordings.follower(each, each.valid_to) is None
        for user_id in sorted(leads | {each.user_id})
    )


def _leads(workspace: Workspace) -> list[int]:
    leading = Q(roles__contains=["lead"])
    members = Membership.objects.filter(leading, workspace=workspace, ended_at=None)
    return list(members.values_list("user_id", flat=True))


def _tell(version: WordingVersion, user_id: int, days: int, at: datetime) -> bool:
    facts = {"workspace_id": version.wording.workspace_id, "at": at}
    kind = f"wording_ends_{days}"
    _, fresh = WordingNotice.objects.get_or_create(version=version, user_id=user_id, kind=kind, defaults=facts)
    if fresh:
        data = {"wording": version.wording_id, "version": version.pk, "days": days, "to": f"user:{user_id}"}
        journal.write("wording_ends", by=House(version.wording.workspace_id, "wordings"), data=data, at=at)
    return fresh
