"""Practising: how a workspace keeps a rule that leaves it a choice, everywhere or for what comes by one source.

A weekend rule that the law only allows is off until it is switched on. A limit that is our own, and no regulator's,
may have another length for each source.
"""

from __future__ import annotations

from answerable.channels.models import Source
from answerable.clocks import catching_up, rulebook
from answerable.clocks.calendars import day_of
from answerable.clocks.models import Practice
from answerable.clocks.reckoning import Roll, Unit
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Workspace
from answerable.core.moments import now

MOST_HOURS = 31 * 24


def practise(
    rule: str, *, by: Viewer, source: Source | None = None, rolls: bool = False, hours: int | None = None
) -> Practice:
    """Choose how a rule is kept. Clocks that run take from it only what makes them earlier, in the background.

    Raises `Invalid` for a rule that leaves no such choice, and for no time.
    """
    by.require(Right.MANAGE_CLOCKS)
    workspace = Workspace.objects.get(pk=by.workspace_id)
    known = rulebook.rule(rule, on=day_of(now(), workspace.time_zone))
    if rolls and known.may_roll is Roll.NONE:
        raise Invalid("This rule knows no weekend that may move its last day. Nothing was changed.", "rolls")
    if hours is not None and not (known.own and known.unit is Unit.HOURS):
        raise Invalid("The length of this limit is the law’s and not ours to choose. Nothing was changed.", "hours")
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Invalid("Give it between one hour and 31 days. Nothing was changed.", "hours")
    if source is not None:
        access.one(Source, by, pk=source.pk)
    made, _ = Practice.objects.update_or_create(
        workspace=workspace, rule=known.id, source=source, defaults={"rolls": rolls, "hours": hours}
    )
    data = {"practice": made.pk, "rule": known.id, "rolls": rolls, "hours": hours}
    journal.write("practice_set", by=by, source_id=source.pk if source else None, data=data)
    catching_up.begin(workspace)
    return made
