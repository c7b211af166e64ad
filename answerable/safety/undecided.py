"""What nobody qualified has decided yet in a case, for those who answer there."""

from __future__ import annotations

from answerable.cases.models import Case
from answerable.safety import queries, reporting
from answerable.safety.models import RegulatedProduct, Report
from answerable.safety.reports import Sort


def is_grave(case: Case) -> bool:
    """Is there a report of harm whose latest version is serious, and no decision about that version stands?"""
    reports = Report.objects.filter(message__filing__case=case).exclude(sort=Sort.TECHNICAL_COMPLAINT)
    latest = [report.versions.latest("number") for report in reports]
    return any(
        reporting.values_of(version).is_serious and not queries.state_of(list(version.decisions.all())).is_final
        for version in latest
    )


def is_regulated(workspace_id: int) -> bool:
    """Does the workspace sell a medicine or a device, as far as it said?"""
    sold = RegulatedProduct.objects.filter(workspace_id=workspace_id, ended_at=None)
    return sold.exclude(kind=RegulatedProduct.Kind.OTHER).exists()
