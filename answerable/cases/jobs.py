"""Edges: what time itself does to cases. Each is a shell around one verb."""

from __future__ import annotations

from answerable.cases import due
from answerable.core.jobs import periodic, task


@periodic(cron="* * * * *")
@task(queue="cases", queueing_lock="due_promises")
def break_due_promises(timestamp: int) -> None:
    """Mark promises whose time is up."""
    due.break_promises()
