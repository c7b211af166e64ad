"""Edges: background jobs of intake. Each is a shell around one verb."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from answerable.channels import expiring, health
from answerable.channels.models import Source
from answerable.conversations.models import Attachment, Message, Sound
from answerable.core.access import House
from answerable.core.jobs import RETRY, later, periodic, task
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.intake import (
    aside_lots,
    bringing_in,
    emptying,
    fetching,
    forgetting,
    hinting,
    looking_again,
    pipeline,
    polling,
    reconciling,
    showing_parts,
    surroundings,
    sweeping,
)
from answerable.intake.models import Import
from answerable.triage import drifting, measuring


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


@task(queue="polling", retry=RETRY)
def fetch_surroundings(message_id: int) -> None:
    """Fetch what was said around a public message."""
    surroundings.fetch(Message.objects.select_related("conversation__source__workspace").get(pk=message_id))


@task(queue="polling", retry=RETRY)
def fetch_words(source_id: int, external_id: str, since: str) -> None:
    """Ask for the words of which a network only said that they are there."""
    source = Source.objects.select_related("workspace").get(pk=source_id)
    hinting.fetch(source, external_id, datetime.fromisoformat(since))


@task(queue="polling", retry=RETRY)
def fetch_file(attachment_id: int) -> None:
    """Fetch a file that a message names. It may be gone: the network asked for its words back."""
    found = Attachment.objects.select_related("message__conversation__source__workspace").filter(pk=attachment_id)
    for attachment in found:
        fetching.fetch(attachment)


@task(queue="polling", retry=RETRY)
def fetch_sound(sound_id: int) -> None:
    """Fetch the recording of a call. It may be gone, as above."""
    for sound in Sound.objects.select_related("source__workspace").filter(pk=sound_id):
        fetching.fetch_sound(sound)


@periodic(cron="*/5 * * * *")
@task(queue="polling", queueing_lock="look_again")
def look_again(timestamp: int) -> None:
    """Ask the networks after what was said there."""
    looking_again.look_again_everywhere()


@periodic(cron="*/2 * * * *")
@task(queue="intake", queueing_lock="show_incomplete")
def show_incomplete(timestamp: int) -> None:
    """Show messages of which a part never came."""
    showing_parts.show_incomplete()


@periodic(cron="*/5 * * * *")
@task(queue="intake", queueing_lock="forget")
def forget(timestamp: int) -> None:
    """Remove what networks no longer let us hold."""
    forgetting.forget_due()


@periodic(cron="17 * * * *")
@task(queue="intake", queueing_lock="empty_set_aside")
def empty_set_aside(timestamp: int) -> None:
    """Remove the words of what was set aside long enough ago."""
    emptying.empty_due()


@task(queue="intake", retry=RETRY)
def remove_file(file: str) -> None:
    """Remove a stored file that no row names any more."""
    forgetting.remove_file(file)


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


@periodic(cron="12 * * * *")
@task(queue="polling", queueing_lock="endings")
def tell_endings(timestamp: int) -> None:
    """Say of authorisations that they end soon."""
    expiring.tell_endings(at=now())


@task(queue="intake", retry=RETRY)
def bring_in(import_id: int) -> None:
    """Take in a file, from where it stands."""
    bringing_in.bring_in(Import.objects.select_related("source__workspace").get(pk=import_id))


@periodic(cron="7 4 * * *")
@task(queue="triage", queueing_lock="reckon")
def reckon(timestamp: int) -> None:
    """Reckon each night how much the detectors find, one workspace in one job."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        later("intake.jobs.reckon_one", workspace_id=workspace_id)


@task(queue="triage", retry=RETRY)
def reckon_one(workspace_id: int) -> None:
    """Draw among what was set aside, reckon what is found, and look for drift."""
    by = House(workspace_id, "triage")
    with transaction.atomic():
        aside_lots.draw(by=by)
        measuring.measure(by=by, aside=aside_lots.heap(workspace_id, since=now() - measuring.OF_LATE))
        drifting.watch(workspace_id, by=by)
