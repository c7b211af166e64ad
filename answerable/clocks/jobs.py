"""Edges: background jobs of clocks. Each is a shell around one verb."""

from __future__ import annotations

from django.db import transaction

from answerable.cases.models import Case
from answerable.clocks import carrying, keeping, recalculating, watching
from answerable.core.access import House
from answerable.core.jobs import RETRY, periodic, task


@task(queue="clocks", retry=RETRY)
def follow(case_ids: list[int]) -> None:
    """Something happened to these cases: keep their clocks true, then let legal ones follow what went elsewhere.

    Two transactions, because each locks its cases in order.
    """
    for workspace_id in Case.objects.filter(pk__in=case_ids).values_list("workspace_id", flat=True).distinct():
        ours = Case.objects.filter(pk__in=case_ids, workspace_id=workspace_id).values_list("pk", flat=True)
        by = House(workspace_id, "clocks")
        with transaction.atomic():
            keeping.keep(list(ours), by=by)
        with transaction.atomic():
            carried = carrying.carry(list(ours), by=by)
            if carried:
                keeping.keep(carried, by=by)


@periodic(cron="* * * * * */20")
@task(queue="clocks", lock="watch", queueing_lock="watch")
def watch(timestamp: int) -> None:
    """Give every alarm whose time has come."""
    watching.watch()


@task(queue="clocks", retry=RETRY)
def recalculate(recalculation_id: int) -> None:
    """Reckon the clocks of a workspace anew, a while at a time, until all are done."""
    recalculating.go_on(recalculation_id)
