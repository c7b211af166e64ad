"""Edges: background jobs of triage. Each is a shell around one verb."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from answerable.core.jobs import RETRY, later, periodic, task
from answerable.core.moments import now
from answerable.triage import applying
from answerable.triage.models import Rule


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
