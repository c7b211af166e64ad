"""Regrouping: what waits for its first answer and asks the same is suggested as a group.

Triage knows nothing of reports, so this room says which cases are answered on their own.
"""

from __future__ import annotations

from answerable.core.access import Actor, Right, Viewer
from answerable.replies import groups
from answerable.replies.models import Wording
from answerable.triage import suggesting_groups
from answerable.triage.models import Group


def regroup(workspace_id: int, *, by: Actor) -> list[Group]:
    """Bring the suggestions of a workspace up to what waits now; returns the groups that are new."""
    if isinstance(by, Viewer):
        by.require(Right.REVIEW)
    ours = Wording.objects.filter(workspace_id=workspace_id).exclude(product="")
    products = sorted(set(ours.values_list("product", flat=True)))
    apart = groups.with_reports(workspace_id)
    return suggesting_groups.suggest(workspace_id, apart=apart, products=products, by=by)
