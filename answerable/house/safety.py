"""`answerable safety`: what is wrong with a message for an authority, and when a report is due. Needs no database."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator

from answerable.core import moments
from answerable.core.errors import Invalid
from answerable.house import time_limits
from answerable.house.trouble import Trouble
from answerable.safety.e2b import acknowledgements, checker, reader, schemas
from answerable.safety.e2b.checker import Finding
from answerable.safety.e2b.rules import Level

REFUSED, UNREADABLE = 1, 2


def run(options: Namespace) -> int:
    """Do it. Raises `Trouble` for a file that is not there; an unreadable one ends with 2, a refused one with 1."""
    if options.action == "due":
        return time_limits.tell(options)
    try:
        data = options.file.read_bytes()
        return _acknowledged(data) if options.action == "acknowledged" else _validate(data, options)
    except OSError as error:
        raise Trouble(f"{options.file} cannot be opened: {error.strerror}.") from error
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


def _acknowledged(data: bytes) -> int:
    answer = acknowledgements.read(data)
    print(*answer.sentences(), sep="\n")
    return 0 if answer.taken else REFUSED
