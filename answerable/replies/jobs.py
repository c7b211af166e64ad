"""Edges: background jobs of replies. Each is a shell around one verb."""

from __future__ import annotations

from django.db import transaction

from answerable.core.access import House
from answerable.core.jobs import RETRY, later, periodic, task
from answerable.core.moments import now
from answerable.replies import (
    closing_there,
    continuing,
    expiring,
    fetching_texts,
    groups,
    regrouping,
    sending,
    settling,
    taking_back,
)
from answerable.replies.models import ClosureRequest, Reply, TakingBack


@task(queue="replies", retry=RETRY)
def send(reply_id: int) -> None:
    """Send one reply. Replies of one conversation go out one after the other (lock)."""
    sending.send(_load(reply_id))


@task(queue="replies", retry=RETRY)
def look_up(reply_id: int) -> None:
    """Look an unknown reply up on its channel."""
    settling.look_up(_load(reply_id))


@task(queue="replies", retry=RETRY)
def take_back(taking_back_id: int) -> None:
    """Take one reply back from its channel."""
    related = ("reply__conversation__source__workspace", "reply__message", "reply__case")
    taking_back.take_back(TakingBack.objects.select_related(*related).get(pk=taking_back_id))


@periodic(cron="17 */6 * * *")
@task(queue="polling", queueing_lock="network_texts")
def fetch_texts(timestamp: int) -> None:
    """Fetch the texts that networks approved."""
    fetching_texts.fetch_everywhere()


@periodic(cron="* * * * * */20")
@task(queue="replies", queueing_lock="interrupted")
def find_interrupted(timestamp: int) -> None:
    """Find sendings whose worker died."""
    settling.find_interrupted()


@periodic(cron="40 4 * * *")
@task(queue="replies", queueing_lock="wordings_end")
def warn_of_wordings(timestamp: int) -> None:
    """Tell who stands for a wording that it ends soon."""
    expiring.warn_everywhere()


@task(queue="replies", retry=RETRY)
def ask_closure(request_id: int) -> None:
    """Ask a complaint site to close."""
    related = ("case", "conversation__source__workspace")
    closing_there.carry_out(ClosureRequest.objects.select_related(*related).get(pk=request_id))


@periodic(cron="* * * * * */15")
@task(queue="replies", queueing_lock="continue")
def go_on(timestamp: int) -> None:
    """Send answers that nobody saw to the addresses that people left."""
    continuing.go_on_everywhere()


def _load(reply_id: int) -> Reply:
    related = ("conversation__source__workspace", "message", "case", "workspace", "user")
    return Reply.objects.select_related(*related).get(pk=reply_id)


@periodic(cron="*/5 * * * *")
@task(queue="triage", queueing_lock="regroup")
def regroup(timestamp: int) -> None:
    """Suggest groups where something came in lately."""
    for workspace_id in groups.heard_lately(at=now()):
        later("replies.jobs.regroup_one", workspace_id=workspace_id)


@task(queue="triage", retry=RETRY)
def regroup_one(workspace_id: int) -> None:
    """Suggest groups in one workspace."""
    with transaction.atomic():
        regrouping.regroup(workspace_id, by=House(workspace_id, "groups"))
