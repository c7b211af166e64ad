"""The list of the safety desk: which reports there are, what is due first, and what is still to be done about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from answerable.cases.models import Case
from answerable.clocks.models import Clock
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.safety import criteria, reporting
from answerable.safety.models import Decision, Report, Version
from answerable.safety.reports import Minimum
from answerable.safety.reports import Report as Values

SERIOUS, VALID = '"serious":true', '"valid":true'
"""As the neutral document writes them. A quotation mark inside of somebody's words is escaped there, so no words look like these."""
TO_DECIDE, DECIDED, INCOMPLETE = "to_decide", "decided", "incomplete"
AT_ONCE = 50


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; an empty value narrows nothing. `words` are looked for in number and product."""

    state: str = ""
    sort: str = ""
    serious: str = ""
    words: str = ""


@dataclass(frozen=True)
class Line:
    """One report as the list shows it: its latest version, the first limit that runs, and who decided."""

    report: Report
    version: Version
    values: Values
    missing: Sequence[Minimum]
    decisions: Sequence[Decision]
    due: Clock | None

    @property
    def case(self) -> Case:
        return self.report.message.filing.case

    @property
    def present(self) -> int:
        return len(Minimum) - len(self.missing)

    @property
    def state(self) -> str:
        """Decided about its latest version; else incomplete while a criterion is missing; else to decide."""
        if self.decisions:
            return DECIDED
        return INCOMPLETE if self.missing else TO_DECIDE


def found(viewer: Viewer, asked: Asked | None = None) -> QuerySet[Any]:
    """The visible reports by the strict date of the first limit that runs; those without one by their day zero.

    Raises `NotAllowed` for whoever may see no report.
    """
    viewer.require(Right.SEE_REPORTS)
    latest = Version.objects.filter(report=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows: QuerySet[Any] = access.rows(Report, viewer).annotate(
        latest=Subquery(latest), due=Subquery(_first("strict_due_at"))
    )
    return _narrowed(rows, asked or Asked()).order_by(F("due").asc(nulls_last=True), "received_at", "pk")


def lines(rows: QuerySet[Any]) -> list[Line]:
    """These rows of `found`, in three questions however many there are."""
    around = (
        "message__filing__case__holder_user",
        "message__filing__case__holder_team",
        "message__conversation__source",
    )
    reports = list(rows.select_related(*around).annotate(due_id=Subquery(_first("pk"))))
    versions = {each.report_id: each for each in Version.objects.filter(pk__in=[each.latest for each in reports])}
    clocks = Clock.objects.in_bulk([each.due_id for each in reports if each.due_id])
    decided = _decided(versions)
    return [_line(each, versions[each.pk], decided, clocks.get(each.due_id)) for each in reports]


def waiting(viewer: Viewer) -> int:
    """How many wait for a decision of this viewer: nobody decided about their latest version. None where they cannot sign."""
    if not viewer.may(Right.SIGN_REPORTS):
        return 0
    return found(viewer, Asked(state="open")).count()


def _first(field: str) -> QuerySet[Any]:
    """The limit of the law that ends first on the case of a report."""
    running = Clock.objects.filter(case=OuterRef("message__filing__case"), sort=Clock.Sort.LEGAL, stopped_at=None)
    return running.order_by("strict_due_at", "pk").values(field)[:1]


def _narrowed(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    decided = Exists(Decision.objects.filter(version=OuterRef("latest")))
    if asked.state == DECIDED:
        rows = rows.filter(decided)
    elif asked.state:
        rows = rows.exclude(decided)
    if asked.state in {TO_DECIDE, INCOMPLETE}:
        valid = _says(VALID)
        rows = rows.filter(valid) if asked.state == TO_DECIDE else rows.exclude(valid)
    if asked.sort:
        rows = rows.filter(sort=asked.sort)
    if asked.serious:
        rows = rows.filter(_says(SERIOUS)) if asked.serious == "yes" else rows.exclude(_says(SERIOUS))
    if asked.words:
        rows = rows.filter(number__icontains=asked.words) | rows.filter(_says(asked.words))
    return rows


def _says(words: str) -> Exists:
    """Does the document of the latest version hold these words?"""
    return Exists(Version.objects.filter(pk=OuterRef("latest"), document__icontains=words))


def _decided(versions: Mapping[int, Version]) -> Mapping[int, list[Decision]]:
    decided: dict[int, list[Decision]] = {each.pk: [] for each in versions.values()}
    for decision in Decision.objects.filter(version__in=decided).order_by("at", "pk"):
        decided[decision.version_id].append(decision)
    return decided


def _line(report: Report, version: Version, decided: Mapping[int, list[Decision]], due: Clock | None) -> Line:
    values = reporting.values_of(version)
    return Line(report, version, values, criteria.validity(values).missing, decided[version.pk], due)
