"""Questions about reports, always for a viewer. Whoever reads one is in the read log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from answerable.cases.models import Case
from answerable.core import access, reading
from answerable.core.access import Viewer
from answerable.safety.models import Decision, Report, Version


@dataclass(frozen=True)
class Record:
    """A report with its whole history, as an inspector asks for it."""

    report: Report
    versions: Sequence[Version]
    decisions: Sequence[Decision]

    @property
    def is_intact(self) -> bool:
        """Every document is the one that was kept, every signature stands under what was signed."""
        return all(each.is_intact for each in self.versions) and all(each.is_bound for each in self.decisions)

    @property
    def standing(self) -> Sequence[Decision]:
        """The decisions about the latest version. Those about an earlier one stay to be seen and decide nothing."""
        latest = self.versions[-1]
        return [each for each in self.decisions if each.version_id == latest.pk]


def reports(viewer: Viewer) -> QuerySet[Report]:
    """All that the viewer may see, the oldest day zero first: what is due first."""
    return access.rows(Report, viewer).select_related("message").order_by("received_at", "pk")


def of_case(case: Case, viewer: Viewer) -> QuerySet[Report]:
    """The reports that messages of a case brought."""
    return reports(viewer).filter(message__filing__case=case)


def record(report_id: int, viewer: Viewer) -> Record:
    """One report with everything. The look is logged. Raises `NotThere` for one that is not theirs."""
    report = access.one(Report, viewer, pk=report_id)
    reading.log("report", report.pk, by=viewer)
    versions = list(report.versions.order_by("number"))
    decisions = Decision.objects.filter(version__report=report).select_related("version").order_by("at", "pk")
    return Record(report, versions, list(decisions))
