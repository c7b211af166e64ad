"""Edges: what time does to custody. Each is a shell around one verb."""

from __future__ import annotations

from answerable.cases import returning, transferring
from answerable.core.access import House
from answerable.core.jobs import periodic, task
from answerable.core.moments import now


@periodic(cron="* * * * * */20")
@task(queue="custody", queueing_lock="return_offers")
def return_offers(timestamp: int) -> None:
    """Give back the offers that nobody answered in time."""
    for transfer in transferring.overdue(at=now()):
        transferring.give_back(transfer, because="time", by=House(transfer.case.workspace_id, "custody"))


@periodic(cron="* * * * * 10")
@task(queue="custody", queueing_lock="not_here")
def return_from_those_not_here(timestamp: int) -> None:
    """Bring cases back from people who left or are away."""
    returning.from_those_not_here(at=now())
