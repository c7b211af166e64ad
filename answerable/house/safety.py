"""`answerable safety`: messages for an authority written, checked and answered, both sides compared, due dates. No database."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator

from answerable.core import moments
from answerable.core.errors import Invalid
from answerable.house import time_limits
from answerable.house.trouble import Trouble
from answerable.safety import devices, neutral, reconciliation
from answerable.safety.e2b import acknowledgements, checker, reader, schemas, writer
from answerable.safety.e2b.checker import Finding
from answerable.safety.e2b.from_report import Sending, batch_of
from answerable.safety.e2b.rules import Level

REFUSED, UNREADABLE = 1, 2


def run(options: Namespace) -> int:
    """Do it. Raises `Trouble` for a file that is not there; an unreadable one ends with 2, a refused one with 1."""
    if options.action == "due":
        return time_limits.tell(options)
    try:
        return ACTIONS[options.action](options.file.read_bytes(), options)
    except UnicodeDecodeError:
        print(f"{options.file} is no text in UTF-8.")
        return UNREADABLE
    except OSError as error:
        raise Trouble(f"{error.filename} cannot be opened: {error.strerror}.") from error
    except Invalid as error:
        print(f"{options.file}: {error}")
        return UNREADABLE


def _validate(data: bytes, options: Namespace) -> int:
    found = reader.read(data)
    faults = list(schemas.faults(data, options.schemas)) if options.schemas else []
    findings = [*faults, *checker.check(found.batch, at=moments.now())]
    print(*map(_json if options.json else str, findings), sep="\n", end="\n" if findings else "")
    if not options.json:
        print(*_summary(found, findings, options), sep="\n")
    return REFUSED if checker.refused(findings) else 0


def _summary(found: reader.Read, findings: list[Finding], options: Namespace) -> Iterator[str]:
    for each in found.unread:
        yield f"not read: line {each.line}, {each.path}: {each.text[:60]}"
    refused = sum(each.level is Level.REJECT for each in findings)
    messages = len(found.batch.every("N.2.r"))
    yield f"{messages} message(s), {refused} fault(s) that refuse, {len(findings) - refused} warning(s)."
    if not options.schemas:
        yield "The schemas were not asked: name the folder that you loaded from ICH with --schemas."


def _json(finding: Finding) -> str:
    return json.dumps({**vars(finding), "level": str(finding.level)}, ensure_ascii=False)


def _acknowledged(data: bytes, options: Namespace) -> int:
    answer = acknowledgements.read(data)
    print(*answer.sentences(), sep="\n")
    return 0 if answer.taken else REFUSED


def _write(data: bytes, options: Namespace) -> int:
    """A hand-over as an E2B(R3) message on standard output; its faults go beside it."""
    sending = Sending(
        organisation=options.organisation,
        sender=options.sender,
        receiver=options.receiver,
        batch_receiver=options.batch_receiver or options.receiver,
        batch=options.batch,
        at=moments.now(),
        zone=options.zone,
        trial=options.trial,
    )
    whole = batch_of(neutral.read(data).report, sending)
    print(writer.write(whole).decode())
    findings = checker.check(whole, at=moments.now())
    print(*findings, sep="\n", end="\n" if findings else "", file=sys.stderr)
    return REFUSED if checker.refused(findings) else 0


def _form(data: bytes, options: Namespace) -> int:
    """The blocks of form 3500A, then the complaint record, each with what it lacks."""
    report = neutral.read(data).report
    for title, record in (("Form 3500A", devices.data_set(report)), ("Complaint record", devices.complaint(report))):
        print(title, *(f"  {name}: {value}" for name, value in record.values.items()), sep="\n")
        print(f"  lacks: {', '.join(record.missing) or 'nothing'}")
    return 0


def _reconcile(data: bytes, options: Namespace) -> int:
    ours = reconciliation.read_ours(data.decode())
    theirs = reconciliation.read(options.theirs.read_text(encoding="utf-8"))
    found = reconciliation.reconcile(ours, theirs, at=moments.now())
    for each in found.differences:
        print(f"{each.number}: {each.gap} ({each.words})")
    print(f"{found.sent} sent, {found.acknowledged} acknowledged, {found.there} there: ", end="")
    print("it balances." if found.balances else f"{len(found.differences)} difference(s).")
    return 0 if found.balances else REFUSED


ACTIONS = {
    "validate": _validate,
    "acknowledged": _acknowledged,
    "write": _write,
    "form": _form,
    "reconcile": _reconcile,
}
