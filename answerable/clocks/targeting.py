"""Targets of service: how long each may take, for a team or for the whole workspace."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.cases.models import Case
from answerable.clocks import recalculating
from answerable.clocks.models import Calendar, Service, Target
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Team, Workspace

MOST_MINUTES = 366 * 24 * 60


def set_target(
    *,
    service: str,
    minutes: int,
    by: Viewer,
    team: Team | None = None,
    calendar: Calendar | None = None,
    pauses: Sequence[str] = (),
    warnings: Sequence[int] = (),
) -> Target:
    """Set how long a service may take. In the background the clocks that run for it are reckoned anew.

    One that is new, or pauses for other waits, begins on every open case, and not only when its case next moves.

    Raises `Invalid` for an unknown service, no time, or a wait that is none.
    """
    by.require(Right.MANAGE_CLOCKS)
    if service not in Service.values:
        raise Invalid("Choose what is promised. Nothing was changed.", "service")
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid("Give it between one minute and a year. Nothing was changed.", "minutes")
    if not set(pauses) <= set(Case.WaitingFor.values) - {Case.WaitingFor.US}:
        raise Invalid("Clocks stand still only for others, never for us. Nothing was changed.", "pauses")
    if any(not 1 <= each < minutes for each in warnings):
        raise Invalid("A warning comes before the end and after the start. Nothing was changed.", "warnings")
    for model, row in ((Team, team), (Calendar, calendar)):
        if row is not None:
            access.one(model, by, pk=row.pk)
    facts = {"minutes": minutes, "calendar": calendar, "pauses": sorted(set(pauses)), "warnings": sorted(set(warnings))}
    ours = Target.objects.filter(workspace_id=by.workspace_id, team=team, service=service)
    same_waits = ours.filter(pauses=facts["pauses"]).exists()
    target, _ = Target.objects.update_or_create(
        workspace_id=by.workspace_id, team=team, service=service, defaults=facts
    )
    _changed(target, "target_set", starts=not same_waits, by=by)
    return target


def end_target(target: Target, *, by: Viewer) -> None:
    """Promise it no longer. In the background the clocks that run for it stop, or go on by a wider target."""
    by.require(Right.MANAGE_CLOCKS)
    _changed(target, "target_ended", starts=True, by=by)
    target.delete()


def _changed(target: Target, kind: str, *, starts: bool, by: Viewer) -> None:
    data = {"target": target.pk, "service": target.service, "minutes": target.minutes}
    journal.write(kind, by=by, team_id=target.team_id, data=data)
    recalculating.recalculate(Workspace.objects.get(pk=by.workspace_id), by=by, starts=starts)
