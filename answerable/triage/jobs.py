"""Edges: background jobs of triage. Each is a shell around one verb."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.jobs import RETRY, later, periodic, task
from answerable.core.moments import now
from answerable.triage import applying, challenging, tone_learning, toning
from answerable.triage.models import Rule, ToneVerdict, Verdict


@task(queue="triage", retry=RETRY)
def apply(case_ids: Sequence[int]) -> None:
    """Apply the rules to what happened to these cases; each in a transaction of its own."""
    for case_id in applying.ruled(case_ids):
        with transaction.atomic():
            applying.apply(case_id)


@periodic(cron="11 * * * *")
@task(queue="triage", queueing_lock="remind")
def remind(timestamp: int) -> None:
    """Find the cases for which a rule of every hour holds."""
    for rule in applying.hourly():
        for case_ids in applying.due(rule, at=now()):
            later("triage.jobs.remind_cases", rule_id=rule.pk, case_ids=case_ids)


@task(queue="triage", retry=RETRY)
def remind_cases(rule_id: int, case_ids: Sequence[int]) -> None:
    """Apply a rule of every hour to these cases; each in a transaction of its own."""
    rule = Rule.objects.select_related("workspace").get(pk=rule_id)
    for case_id in case_ids:
        with transaction.atomic():
            applying.remind(rule, case_id, at=now())


@task(queue="triage", retry=RETRY)
def assess_tones(workspace_id: int, message_ids: Sequence[int], again: bool = False) -> None:
    """Say how these messages sound; `again`, where their words were changed."""
    messages, by = (
        Message.objects.filter(pk__among=message_ids, workspace_id=workspace_id),
        House(workspace_id, "triage"),
    )
    with transaction.atomic():
        for message in messages if again else ():
            toning.assess_again(message, by=by)
        toning.assess(messages, by=by)


@periodic(cron="23 3 * * *")
@task(queue="triage", queueing_lock="learn")
def learn(timestamp: int) -> None:
    """Learn each night from what people said, one workspace in one job."""
    for workspace_id in ToneVerdict.objects.filter(ended_at=None).values_list("workspace_id", flat=True).distinct():
        later("triage.jobs.learn_tones", workspace_id=workspace_id)


@task(queue="triage", retry=RETRY)
def learn_tones(workspace_id: int) -> None:
    """Learn how the customers of this workspace sound."""
    with transaction.atomic():
        tone_learning.learn_all(by=House(workspace_id, "triage"))


@periodic(cron="37 3 * * *")
@task(queue="triage", queueing_lock="challenge")
def challenge(timestamp: int) -> None:
    """Learn from the verdicts of every workspace that has any."""
    for workspace_id in Verdict.objects.order_by("workspace_id").values_list("workspace_id", flat=True).distinct():
        later("triage.jobs.challenge_one", workspace_id=workspace_id)


@task(queue="triage", retry=RETRY)
def challenge_one(workspace_id: int) -> None:
    """Learn from the verdicts of one workspace."""
    with transaction.atomic():
        challenging.challenge(workspace_id, by=House(workspace_id, "triage"))
