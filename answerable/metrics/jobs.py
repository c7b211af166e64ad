"""Edges: background jobs of the radar. Each is a shell around one verb."""

from __future__ import annotations

from answerable.core.access import House
from answerable.core.jobs import periodic, task
from answerable.core.models import Workspace
from answerable.metrics import learning, watching


@periodic(cron="* * * * *")
@task(queue="metrics", lock="radar", queueing_lock="radar")
def watch(timestamp: int) -> None:
    """Look at every workspace."""
    watching.watch_everywhere()


@periodic(cron="26 * * * *")
@task(queue="metrics", lock="radar", queueing_lock="learn_usual")
def learn(timestamp: int) -> None:
    """Learn anew what is usual, where it was not done for a day."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        learning.learn_due(by=House(workspace_id, watching.PART))
