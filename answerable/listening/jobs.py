"""Edges: background jobs of listening. Each is a shell around one verb."""

from __future__ import annotations

from answerable.core.jobs import periodic, task
from answerable.core.moments import now
from answerable.listening import glimpsing, overshooting


@periodic(cron="41 * * * *")
@task(queue="house", queueing_lock="forget-glimpses")
def forget_glimpses(timestamp: int) -> None:
    """Let go of what went by too long ago."""
    glimpsing.forget(at=now())


@periodic(cron="*/10 * * * *")
@task(queue="house", queueing_lock="overshooting-queries")
def watch_queries(timestamp: int) -> None:
    """Tell of queries that find far more than was thought."""
    overshooting.watch(at=now())
