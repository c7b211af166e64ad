"""The list of the safety desk: which reports there are, what is due first, and how the list is narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from answerable.clocks.models import Clock
from answerable.core import reading
from answerable.core.access import Right, Viewer
from answerable.safety import queries
from answerable.safety.models import Report, Version
from answerable.safety.queries import Line

SERIOUS, VALID = '"serious":true', '"valid":true'
"""As the neutral document writes them. A quotation mark inside of somebody's words is escaped there, so no words look like these."""
WAITING, SETTLED, INCOMPLETE = "waiting", "settled", "incomplete"
AT_ONCE = 50
MOST = 10_000


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; an empty value narrows nothing. `words` are looked for in number and product."""

    state: str = ""
    sort: str = ""
    serious: str = ""
    words: str = ""


def found(viewer: Viewer, asked: Asked | None = None) -> QuerySet[Any]:
    """The visible reports by the strict date of the first limit that runs; those without one by their day zero.

    Raises `NotAllowed` for whoever may see no report.
    """
    viewer.require(Right.SEE_REPORTS)
    latest = Version.objects.filter(report=OuterRef("pk")).order_by("-number").values("pk")[:1]
    # a clock runs for the report whose message started it, or a later message about the same
    ours = Q(message=OuterRef("message")) | Q(message__follow_ups__report=OuterRef("pk"))
    running = Clock.objects.filter(ours, sort=Clock.Sort.LEGAL, stopped_at=None, case=OuterRef("message__filing__case"))
    due = Subquery(running.order_by("strict_due_at").values("strict_due_at")[:1])
    rows: QuerySet[Any] = queries.reports(viewer).annotate(newest=Subquery(latest), due=due)
    found = _narrowed(rows, asked or Asked(), viewer)
    return found.order_by(F("due").asc(nulls_last=True), "received_at", "pk")


def taken_along(viewer: Viewer, asked: Asked) -> list[Line]:
    """The same list to take along. Each report in it is in the read log."""
    lines = queries.lines(found(viewer, asked)[:MOST], viewer)
    reading.log_all("report_csv", [each.report.pk for each in lines], by=viewer)
    return lines


def waiting(viewer: Viewer) -> int:
    """How many wait for this viewer; none where they cannot sign."""
    return queries.waiting(viewer).count() if viewer.may(Right.SIGN_REPORTS) else 0


def _narrowed(rows: QuerySet[Any], asked: Asked, viewer: Viewer) -> QuerySet[Any]:
    waits = Report.objects.filter(pk__in=queries.waiting(viewer).order_by().values("pk"))
    if asked.state == WAITING:
        rows = rows.filter(pk__in=waits)
    if asked.state == SETTLED:
        rows = rows.exclude(pk__in=waits)
    if asked.state == INCOMPLETE:
        rows = rows.exclude(_says(VALID))
    if asked.sort:
        rows = rows.filter(sort=asked.sort)
    if asked.serious:
        rows = rows.filter(_says(SERIOUS)) if asked.serious == "yes" else rows.exclude(_says(SERIOUS))
    if asked.words:
        rows = rows.filter(Q(number__icontains=asked.words) | Q(_says(asked.words)))
    return rows


def _says(words: str) -> Exists:
    """Does the document of the latest version hold these words?"""
    return Exists(Version.objects.filter(pk=OuterRef("newest"), document__icontains=words))
