"""Edges: the jobs that hand on what happened to programs elsewhere."""

from __future__ import annotations

from answerable.core import handing_on
from answerable.core.jobs import RETRY, periodic, task


@task(queue="replies", retry=RETRY)
def deliver(hook_id: int) -> None:
    """Hand on what is due at one address. Jobs of one hook run one after the other (lock)."""
    handing_on.deliver_due(hook_id)


@periodic(cron="* * * * * */30")
@task(queue="replies", queueing_lock="hooks")
def wake(timestamp: int) -> None:
    """Find deliveries that are due although no job is there for them."""
    handing_on.wake()
