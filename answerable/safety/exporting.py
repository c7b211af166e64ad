"""Exporting: a report leaves in one of its forms. Who took it, in which form and with which hash is on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext as _

from answerable.cases.models import Filing, Remedy
from answerable.conversations.models import Message
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Workspace
from answerable.safety import archive, criteria, devices, paper, queries, reconciliation, sheet
from answerable.safety.archive import Part
from answerable.safety.models import Referral, Report
from answerable.safety.neutral import HandOver, read
from answerable.safety.queries import Record


class Form(StrEnum):
    """The forms that need no dictionary. E2B(R3) leaves in batches (`batching`)."""

    PDF = "pdf"
    JSON = "json"
    CSV = "csv"
    DEVICE = "device"
    COMPLAINT = "complaint"
    ARCHIVE = "archive"


Envelopes = Callable[[Iterable[Message]], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True)
class File:
    """What leaves: its name, what it is, its bytes."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def export(report: Report, *, form: str, envelopes: Envelopes, by: Viewer) -> File:
    """One report in one form, by its latest version. `envelopes` says in which raw bytes messages came.

    Raises `Invalid` for a form that is none, and `NotAllowed`.
    """
    by.require(Right.SIGN_REPORTS)
    if form not in list(Form):
        raise Invalid("Choose one of the forms. Nothing was exported.", "form")
    record = queries.record(report.pk, by)
    with translation.override(by.language):
        file = _archive(record, envelopes) if form == Form.ARCHIVE else FORMS[form](record, by)
    case = Filing.objects.select_related("case").get(message_id=report.message_id).case
    data = {"report": report.pk, "version": record.latest.number, "form": form, "digest": file.digest}
    journal.write("report_exported", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return file


def _pdf(record: Record, by: Viewer) -> File:
    page = sheet.of_record(record, queries.limits_of(record.report, by))
    author = Workspace.objects.get(pk=by.workspace_id).name
    replaced = _("Signs that these fonts cannot draw are named in brackets; the words themselves are in the archive.")
    return _named(
        record, "pdf", "application/pdf", paper.pdf(page, language=by.language, author=author, replaced=replaced)
    )


def _json(record: Record, by: Viewer) -> File:
    """The document of the version with the running time limits. The one that was signed is in the archive."""
    kept = read(record.latest.document.encode())
    whole = HandOver(kept.report, kept.originals, queries.limits_of(record.report, by))
    return _named(record, "json", "application/json", whole.data())


def _csv(record: Record, by: Viewer) -> File:
    """Our side for a reconciliation: each referral of the report, or that there was none."""
    text = reconciliation.written(_referrals(record, by))
    return _named(record, "csv", "text/csv; charset=utf-8", text.encode())


def _referrals(record: Record, by: Viewer) -> list[reconciliation.Referral]:
    report = record.report
    sent = Referral.objects.filter(report=report).order_by("pk")
    known = [
        reconciliation.Referral(report.number, each.digest, each.sent_at, each.due_at, each.acknowledged_at)
        for each in sent
    ]
    due = [each.strict_at for each in queries.limits_of(report, by)]
    return known or [
        reconciliation.Referral(report.number, record.latest.digest, None, min(due, default=report.received_at))
    ]


def _device(record: Record, by: Viewer) -> File:
    return _rows(record, "3500A", devices.data_set(record.values))


def _complaint(record: Record, by: Viewer) -> File:
    """The complaint record, with what was done and what was answered."""
    remedies = "; ".join(_remedies(record, by))
    answers = access.rows(Message, by).filter(direction=Message.Direction.OUT, **_of_case(record)).order_by("pk")
    reply = "\n\n".join(f"{each.received_at:%Y-%m-%d}: {each.text}" for each in answers)
    return _rows(record, "820.35", devices.complaint(record.values, correction=remedies, reply=reply))


def _remedies(record: Record, by: Viewer) -> Iterator[str]:
    """What the report says of the device, then what the person was given, with its day."""
    found = devices.device_of(record.values)
    yield from found[1].remedies if found else ()
    stands = access.rows(Remedy, by).filter(case__filings__message=record.report.message_id)
    for each in stands.filter(state__in=[Remedy.State.APPROVED, Remedy.State.GIVEN]).order_by("pk"):
        yield f"{each.decided_at or each.at:%Y-%m-%d}: {each.get_kind_display()}, {each.text}".removesuffix(", ")


def _archive(record: Record, envelopes: Envelopes) -> File:
    """The messages that the report stands on: the one that brought it, those whose words show something, later words."""
    shown = {int(each.text_id) for each in criteria.spans(record.values) if each.text_id.isdecimal()}
    keys = {record.report.message_id, *shown, *(each.message_id for each in record.follow_ups if each.version_id)}
    known = Message.objects.filter(pk__in=keys, **_of_case(record))
    messages = list(known.select_related("conversation__source", "author").order_by("pk"))
    raw = [Part(name, data) for name, data in envelopes(messages)]
    data = archive.zipped([*archive.parts_of(record.latest, messages), *raw])
    return _named(record, "zip", "application/zip", data)


def _of_case(record: Record) -> Mapping[str, int]:
    return {"filing__case__filings__message": record.report.message_id}


def _rows(record: Record, what: str, found: devices.Record) -> File:
    """Field and value, then what the rule names and the report lacks."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["field", "value"])
    rows.writerows([name, reconciliation.safe(value)] for name, value in found.values.items())
    rows.writerows(["lacks", name] for name in found.missing)
    return _named(record, f"{what}.csv", "text/csv; charset=utf-8", out.getvalue().encode())


def _named(record: Record, ending: str, media_type: str, data: bytes) -> File:
    return File(f"{record.report.number}-v{record.latest.number}.{ending}", media_type, data)


FORMS: Mapping[str, Callable[[Record, Viewer], File]] = {
    Form.PDF: _pdf,
    Form.JSON: _json,
    Form.CSV: _csv,
    Form.DEVICE: _device,
    Form.COMPLAINT: _complaint,
}
