"""Edges: what time itself does to cases. Each is a shell around one verb."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from answerable.cases import due, handling_many
from answerable.cases.models import Bulk
from answerable.core import viewers
from answerable.core.access import Viewer
from answerable.core.errors import NotAllowed
from answerable.core.jobs import RETRY, later, periodic, task


@periodic(cron="* * * * *")
@task(queue="cases", queueing_lock="due_promises")
def break_due_promises(timestamp: int) -> None:
    """Mark promises whose time is up."""
    due.break_promises()


@task(queue="cases", retry=RETRY)
def go_on_with_many(bulk_id: int) -> None:
    """Do the next batch of an action on many cases, and leave a job for the one after it."""
    bulk, viewer = _begun(bulk_id)
    with transaction.atomic(), translation.override(viewer.language):
        if handling_many.go_on(bulk, by=viewer):
            later("cases.jobs.go_on_with_many", bulk_id=bulk_id)


@task(queue="cases", retry=RETRY)
def go_on_with_undoing(bulk_id: int) -> None:
    """Take the next batch of an action on many cases back, and leave a job for the one after it."""
    bulk, viewer = _begun(bulk_id)
    with transaction.atomic(), translation.override(viewer.language):
        if handling_many.go_on_undoing(bulk, by=viewer):
            later("cases.jobs.go_on_with_undoing", bulk_id=bulk_id)


def _begun(bulk_id: int) -> tuple[Bulk, Viewer]:
    """The action and who began it, with the rights of now. Whoever has left does nothing more."""
    bulk = Bulk.objects.select_related("user").get(pk=bulk_id)
    viewer = viewers.of_user(bulk.user, workspace_id=bulk.workspace_id)
    if viewer is None:
        raise NotAllowed("Who began this has left. What is not done yet stays undone.")
    return bulk, viewer


@periodic(cron="*/5 * * * *")
@task(queue="cases", queueing_lock="silence")
def count_silence(timestamp: int) -> None:
    """Let the policy speak where the customer did not."""
    due.count_silence()
