"""Edges: background jobs of intake. Each is a shell around one verb."""

from __future__ import annotations

from answerable.channels import health
from answerable.channels.models import Source
from answerable.core.jobs import RETRY, periodic, task
from answerable.core.moments import now
from answerable.intake import pipeline, polling, reconciling, sweeping


@task(queue="intake", retry=RETRY)
def open_envelopes(source_id: int) -> None:
    """Open what waits at a source until nothing waits. Jobs of one source run one after the other (lock)."""
    source = Source.objects.select_related("workspace").get(pk=source_id)
    while pipeline.open_waiting(source):
        pass


@task(queue="polling")
def poll(source_id: int) -> None:
    """Ask a source that we poll for news."""
    polling.poll(Source.objects.select_related("workspace").get(pk=source_id))


@periodic(cron="* * * * * */5")
@task(queue="polling", queueing_lock="poll_all")
def poll_all(timestamp: int) -> None:
    """Ask every source that is due."""
    for source in polling.due():
        polling.poll(source)


@periodic(cron="* * * * * 40")
@task(queue="intake", queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Find envelopes that wait although no job is there for them, and give them one."""
    sweeping.sweep()


@periodic(cron="* * * * * 20")
@task(queue="polling", queueing_lock="silence")
def tell_silence(timestamp: int) -> None:
    """Raise the alarm for sources that fell silent."""
    health.tell_silence(at=now())


@periodic(cron="*/10 * * * *")
@task(queue="polling", queueing_lock="reconcile")
def reconcile(timestamp: int) -> None:
    """Ask the providers what they hold, fetch what is missing here, and write both numbers down."""
    reconciling.reconcile_all()
