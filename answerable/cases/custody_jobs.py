"""Edges: what time and the journal do to custody. Each is a shell around one verb."""

from __future__ import annotations

from answerable.cases import accompanying, dealing, idling, returning, snoozing, transferring
from answerable.cases.models import Case
from answerable.core.access import House
from answerable.core.jobs import RETRY, periodic, task
from answerable.core.moments import now

PART = "custody"


@task(queue="custody", retry=RETRY)
def deal(case_ids: list[int]) -> None:
    """Cases came into queues: hand them out, where their team does."""
    for team in dealing.teams_with_work(case_ids=case_ids):
        dealing.deal(team, by=House(team.workspace_id, PART))


@task(queue="custody", retry=RETRY)
def wake(case_ids: list[int]) -> None:
    """A clock of these cases warns: those that sleep wake."""
    for workspace_id in Case.objects.filter(pk__in=case_ids).values_list("workspace_id", flat=True).distinct():
        snoozing.wake_due(case_ids, because="clock", by=House(workspace_id, PART))


@task(queue="custody", retry=RETRY)
def answer_pushes(case_ids: list[int]) -> None:
    """Customers got an answer, and with it those who pushed."""
    accompanying.customer_answered(case_ids)


@periodic(cron="* * * * * */20")
@task(queue="custody", queueing_lock="return_offers")
def return_offers(timestamp: int) -> None:
    """Give back the offers that nobody answered in time."""
    for transfer in transferring.overdue(at=now()):
        transferring.give_back(transfer, because="time", by=House(transfer.case.workspace_id, PART))


@periodic(cron="* * * * * 10")
@task(queue="custody", queueing_lock="not_here")
def return_from_those_not_here(timestamp: int) -> None:
    """Bring cases back from people who left or are away."""
    returning.from_those_not_here(at=now())


@periodic(cron="* * * * * */15")
@task(queue="custody", queueing_lock="alarm")
def ring(timestamp: int) -> None:
    """Wake the cases whose snooze is over."""
    for snooze in snoozing.due(at=now()):
        snoozing.wake_due([snooze.case_id], because="time", by=House(snooze.case.workspace_id, PART))


@periodic(cron="* * * * * 25")
@task(queue="custody", queueing_lock="deal_all")
def deal_all(timestamp: int) -> None:
    """Hand out what stayed in a queue until somebody came back or had room."""
    for team in dealing.teams_with_work():
        dealing.deal(team, by=House(team.workspace_id, PART))


@periodic(cron="* * * * * 35")
@task(queue="custody", queueing_lock="pushes")
def tell_unanswered_pushes(timestamp: int) -> None:
    """Tell the leads of pushes that nobody answered in time."""
    for push in accompanying.unanswered(at=now()):
        accompanying.tell_lead(push, by=House(push.case.workspace_id, PART))


@periodic(cron="*/5 * * * * 45")
@task(queue="custody", queueing_lock="idle")
def look_for_idle(timestamp: int) -> None:
    """Tell holders who do nothing, and return what stayed so."""
    for team in idling.teams():
        idling.look(team, at=now(), by=House(team.workspace_id, PART))
