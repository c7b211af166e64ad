"""Questions about what leaves for an authority: to whom, in which batches, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from answerable.core import access, reading
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.safety.e2b import checker, reader
from answerable.safety.e2b.checker import Finding
from answerable.safety.models import Acknowledgement, Authority, Batch, BatchReport, Report, Version


@dataclass(frozen=True)
class Told:
    """A batch with its reports, its answers, and what our own checker says of the file."""

    batch: Batch
    members: Sequence[BatchReport]
    answers: Sequence[Acknowledgement]
    findings: Sequence[Finding]

    @property
    def refused(self) -> bool:
        return checker.refused(list(self.findings))


def authorities(viewer: Viewer) -> QuerySet[Authority]:
    """Those that reports may go to."""
    return access.rows(Authority, viewer).filter(ended_at=None).order_by("label", "pk")


def batches(viewer: Viewer) -> QuerySet[Batch]:
    """The files that were made, the newest first."""
    shown = access.rows(Batch, viewer).select_related("authority", "user").defer("document")
    return shown.prefetch_related("members__version__report").order_by("-pk")


def of_report(report: Report, viewer: Viewer) -> QuerySet[BatchReport]:
    """Each version of a report that went into a batch, and what was answered."""
    rows = access.rows(BatchReport, viewer).filter(version__report=report, batch__in=access.rows(Batch, viewer))
    return rows.select_related("batch__authority", "version").defer("batch__document").order_by("-pk")


def ready(viewer: Viewer) -> list[Version]:
    """The latest versions whose reactions are all coded: what may go into a batch, the oldest day zero first."""
    later = Version.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    found = access.rows(Version, viewer).filter(~Exists(later), document__startswith='{"draft":false')
    return list(found.select_related("report").order_by("report__received_at", "pk"))


def told(batch_id: int, viewer: Viewer) -> Told:
    """One batch with everything. That its reports were looked at is in the read log. Raises `NotThere`."""
    batch = access.one(Batch, viewer, pk=batch_id)
    members = list(batch.members.select_related("version__report", "acknowledgement").order_by("pk"))
    for each in members:
        reading.log("report", each.version.report_id, by=viewer)
    findings = checker.check(reader.read(batch.document.encode()).batch, at=now())
    return Told(batch, members, list(batch.acknowledgements.select_related("user").order_by("pk")), findings)
