"""Drifting: each week is held beside the four before it, and those who answer for the detectors are told what changed.

A drift is told once for a week, a language and a sort. It says that somebody should look; it proves no fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from answerable.core import access, journal
from answerable.core.access import RIGHTS, Actor, House, Right, Viewer
from answerable.core.models import Membership
from answerable.core.moments import now
from answerable.triage import weeks
from answerable.triage.models import Drift, DriftNotice, Lot

_TOLD = [role for role, rights in RIGHTS.items() if rights & {Right.REVIEW, Right.MANAGE_RULES}]
BEFORE = 4
"""Weeks that a week is held beside."""


def watch(workspace_id: int, *, by: House) -> list[Drift]:
    """Hold the last whole week beside the ones before it, and tell what drifted."""
    monday = _monday(now().date()) - timedelta(days=7)
    found = weeks.drifts(workspace_id, monday, before=BEFORE)
    return [drift for each in found if (drift := _keep(each.sort, each.language, monday, each.figures, by)) is not None]


def missed(lot: Lot, *, by: Actor) -> None:
    """A blind reader found what no detector did. It is told at once, and again for each further one of the week."""
    week = _monday(now().date())
    facts = {"workspace_id": lot.workspace_id, "sort": Drift.Sort.MISSED, "language": lot.language, "week": week}
    drift, _ = Drift.objects.get_or_create(**facts, defaults={"at": now(), "figures": {"messages": []}})
    messages = [*drift.figures["messages"], lot.message_id]
    Drift.objects.filter(pk=drift.pk).update(figures={"messages": messages})
    _tell(drift, by)


def see(*, by: Viewer) -> int:
    """The viewer looks at the card: what they were told is seen now. Returns how many notices."""
    seen = access.rows(DriftNotice, by).filter(seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, data={"count": seen})
    return seen


def _keep(sort: str, language: str, week: date, figures: Mapping[str, Any], by: Actor) -> Drift | None:
    facts = {"workspace_id": by.workspace_id, "sort": sort, "language": language, "week": week}
    drift, fresh = Drift.objects.get_or_create(**facts, defaults={"at": now(), "figures": dict(figures)})
    if fresh:
        _tell(drift, by)
    return drift if fresh else None


def _tell(drift: Drift, by: Actor) -> None:
    """Those who review and those who keep the rules, also where they are away: the notice waits."""
    members = Membership.objects.filter(workspace_id=drift.workspace_id, ended_at=None, user__is_active=True)
    at = now()
    for user_id in members.filter(roles__overlap=_TOLD).order_by("user_id").values_list("user_id", flat=True):
        told = {"at": at, "seen_at": None}
        DriftNotice.objects.update_or_create(
            user_id=user_id, drift=drift, defaults=told, create_defaults={**told, "workspace_id": drift.workspace_id}
        )
    data = {"drift": drift.pk, "what": drift.sort, "language": drift.language, "week": str(drift.week)}
    journal.write("detectors_drifted", by=by, data=data)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
