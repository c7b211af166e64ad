"""What leaves of a report: its forms as files, the page to be printed, and the batches in which it went to authorities."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.inbox.frame import show, staff
from answerable.intake import originals
from answerable.safety import authorities, exporting, queries, sheet, uncoded
from answerable.safety.exporting import Form
from answerable.safety.models import Report

FORMS = (
    (Form.PDF, _("Page to be printed (PDF/A)"), _("As on the paper forms, with the words that show each criterion.")),
    (Form.JSON, _("Hand-over (JSON)"), _("Everything, with the hashes of the originals, for any safety system.")),
    (
        Form.ARCHIVE,
        _("Archive of the originals (ZIP)"),
        _("What was said, word for word, its files, and their SHA-256."),
    ),
    (Form.CSV, _("Our side for a reconciliation (CSV)"), _("Each referral of this report, or that there was none.")),
    (Form.DEVICE, _("Data set of form 3500A (CSV)"), _("For a device in the USA (21 CFR 803), with what it lacks.")),
    (Form.COMPLAINT, _("Complaint record (CSV)"), _("21 CFR 820.35(a): also who complained, so it stays inside.")),
)


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Everything that may leave, and what left. The look is in the read log."""
    record = queries.record(pk, viewer)
    context: dict[str, Any] = {
        "report": record.report,
        "case": record.report.message.filing.case,
        "version": record.latest,
        "values": record.values,
        "forms": FORMS,
        "may_export": viewer.may(Right.SIGN_REPORTS),
        "may_refer": viewer.may(Right.REFER_REPORTS),
        "wanted": list(uncoded.wanted(record.latest)),
        "members": authorities.of_report(record.report, viewer),
        "authorities": authorities.authorities(viewer),
    }
    return show(request, "safety/exports.html", **context)


@staff
@require_GET
def file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One form as a file to be saved. `as` names it."""
    report = access.one(Report, viewer, pk=pk)
    found = exporting.export(report, form=request.GET.get("as", ""), envelopes=originals.of, by=viewer)
    return saved(found.data, found.name, found.media_type)


@staff
@require_GET
def printed(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The same page on the screen, to be printed from there."""
    report = access.one(Report, viewer, pk=pk)
    return show(request, "safety/print.html", report=report, sheet=sheet.of_report(pk, viewer))


def saved(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file holds words of strangers: it is saved, and never shown as a page of ours."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
