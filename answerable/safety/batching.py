"""Batching: coded reports become one E2B(R3) file for an authority, checked before it leaves and kept word for word."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from answerable.cases.models import Filing
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.safety import reporting
from answerable.safety.e2b import checker, reader, writer
from answerable.safety.e2b.checker import Finding
from answerable.safety.e2b.from_report import Sending, batch_of_all
from answerable.safety.e2b.rules import Level
from answerable.safety.models import Authority, Batch, BatchReport, Report, Version

MOST = 100


class Refused(Invalid):
    """Our own checker finds what the other side would refuse. `findings` says each; nothing was made."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        faults = [each for each in findings if each.level is Level.REJECT]
        super().__init__(
            "%(count)s faults would make the other side refuse this file. Nothing was made. The first: %(first)s",
            "report",
            count=len(faults),
            first=str(faults[0]),
        )
        self.findings = findings


def know(
    *, label: str, organisation: str, sender: str, receiver: str, batch_receiver: str = "", trial: bool, by: Viewer
) -> Authority:
    """Put on file who takes reports, and under which names. Raises `Invalid` for one that lacks a name."""
    by.require(Right.REFER_REPORTS)
    said = {"label": label, "organisation": organisation, "sender": sender, "receiver": receiver}
    words = {name: clean(each).strip() for name, each in said.items()}
    if lacking := next((name for name, each in words.items() if not each or len(each) > 60), ""):
        raise Invalid("Write what the two sides agreed on, in at most 60 characters. Nothing was kept.", lacking)
    made = Authority.objects.create(
        workspace_id=by.workspace_id,
        **words,
        batch_receiver=clean(batch_receiver).strip()[:60] or words["receiver"],
        trial=trial,
        user_id=by.user_id,
        at=now(),
    )
    journal.write("authority_kept", by=by, data={"authority": made.pk, "trial": trial})
    return made


def forget(authority: Authority, *, by: Viewer) -> None:
    """No further file is made for it. What was made stays."""
    by.require(Right.REFER_REPORTS)
    if not Authority.objects.filter(pk=authority.pk, ended_at=None).update(ended_at=now()):
        raise Conflict("Nothing goes to this authority any more. Nothing was changed.")
    journal.write("authority_ended", by=by, data={"authority": authority.pk})


def make(reports: Sequence[Report], *, authority: Authority, by: Viewer) -> Batch:
    """One file with these reports, by their latest versions.

    1. Each reaction must have its code, or the report is a draft and none is made.
    2. Our checker reads the very file; what the other side would refuse does not leave (`Refused`).
    3. The same versions for the same authority are the same file: nothing is made twice.
    """
    by.require(Right.REFER_REPORTS)
    if not reports or len(reports) > MOST:
        raise Invalid("Choose between 1 and %(most)s reports. Nothing was made.", "report", most=MOST)
    if authority.ended_at:
        raise Conflict("Nothing goes to this authority any more. Nothing was made. Choose another.")
    workspace = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    versions = [each.versions.latest("number") for each in reports]
    if same := _same(versions, authority):
        return same
    number = f"{workspace.slug.replace('-', '').upper()}-{Batch.objects.filter(workspace=workspace).count() + 1:06}"
    data = _written(versions, authority, number, workspace.time_zone)
    batch = Batch.objects.create(
        workspace=workspace,
        authority=authority,
        number=number,
        document=data.decode(),
        digest=sha256(data).hexdigest(),
        user_id=by.user_id,
        at=now(),
    )
    BatchReport.objects.bulk_create(BatchReport(batch=batch, version=each) for each in versions)
    _tell(batch, versions, by)
    return batch


def _same(versions: Sequence[Version], authority: Authority) -> Batch | None:
    wanted = {each.pk for each in versions}
    for batch in Batch.objects.filter(authority=authority, members__version__in=wanted).distinct():
        if set(batch.members.values_list("version", flat=True)) == wanted:
            return batch
    return None


def _written(versions: Sequence[Version], authority: Authority, number: str, zone: str) -> bytes:
    sending = Sending(
        organisation=authority.organisation,
        sender=authority.sender,
        receiver=authority.receiver,
        batch_receiver=authority.batch_receiver,
        batch=number,
        at=now(),
        zone=zone,
        trial=authority.trial,
    )
    data = writer.write(batch_of_all(map(reporting.values_of, versions), sending))
    findings = checker.check(reader.read(data).batch, at=sending.at)
    if checker.refused(findings):
        raise Refused(findings)
    return data


def _tell(batch: Batch, versions: Sequence[Version], by: Viewer) -> None:
    """A line on the case of each report, so that its history says where it went."""
    filings = Filing.objects.select_related("case").in_bulk(
        [each.report.message_id for each in versions], field_name="message_id"
    )
    for each in versions:
        case = filings[each.report.message_id].case
        data = {"report": each.report_id, "version": each.number, "batch": batch.pk, "digest": batch.digest}
        journal.write("report_batched", by=by, case_id=case.pk, team_id=case.team_id, data=data)
