"""Edges: background jobs of the safety desk. Each is a shell around one verb."""

from __future__ import annotations

import logging

from django.db import transaction

from answerable.core.access import House
from answerable.core.errors import HouseError
from answerable.core.jobs import RETRY, periodic, task
from answerable.safety import handing_over, linking, looking_up, outcomes, reconciling
from answerable.safety.models import Referral, Report, SafetySystem
from answerable.safety.systems.registry import way

log = logging.getLogger(__name__)


@task(queue="replies", retry=RETRY)
def send(referral_id: int) -> None:
    """Hand one referral over. Those to one system go one after the other (lock)."""
    handing_over.send(_load(referral_id))


@task(queue="replies", retry=RETRY)
def look_up(referral_id: int) -> None:
    """Ask after one referral."""
    looking_up.look_up(_load(referral_id))


@periodic(cron="* * * * *")
@task(queue="replies", lock="safety_keep_on", queueing_lock="safety_keep_on")
def keep_on(timestamp: int) -> None:
    """Begin again what stood still, say what is late, send what a rule wants sent."""
    looking_up.keep_on()


@periodic(cron="* * * * * */30")
@task(queue="polling", lock="safety_news", queueing_lock="safety_news")
def read_news(timestamp: int) -> None:
    """Read what safety systems answered by mail or by file."""
    for system in SafetySystem.objects.filter(state=SafetySystem.State.ON).order_by("pk"):
        for lines in looking_up.read_news(system):
            reconciling.reconcile(system, lines, listed_by=system.way, by=outcomes.house(system))


@periodic(cron="37 4 * * *")
@task(queue="polling", lock="safety_reconcile", queueing_lock="safety_reconcile")
def reconcile(timestamp: int) -> None:
    """The daily balance with each safety system that can list what it holds. One that does not answer stops no other."""
    for system in SafetySystem.objects.filter(state=SafetySystem.State.ON).order_by("pk"):
        if way(system.way).ask_list is None:
            continue
        try:
            reconciling.ask_and_reconcile(system, by=outcomes.house(system))
        except HouseError as error:
            log.warning("No balance with safety system %s today: %s", system.pk, type(error).__name__)
            reconciling.missed(system, words=error.sentence, by=outcomes.house(system))


def _load(referral_id: int) -> Referral:
    return Referral.objects.select_related("system", "report", "version").get(pk=referral_id)


@task(queue="triage", retry=RETRY)
def find_links(report_id: int) -> None:
    """Compare one report with those around it. Those of one workspace go one after the other (lock)."""
    report = Report.objects.get(pk=report_id)
    with transaction.atomic():
        linking.find(report, by=House(report.workspace_id, "safety"))
