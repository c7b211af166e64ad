"""Noting a call: a colleague tells what a telephone system did not. It enters as an envelope, like all that comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from answerable.cases import filing, seeing
from answerable.cases.models import Case, Filing
from answerable.channels import reading
from answerable.channels.calls.connector import SPEC
from answerable.channels.calls.connector import connector as reader
from answerable.channels.contract import Handle, LeftOut, Raw, Said
from answerable.channels.models import Source
from answerable.conversations import identifying, recording
from answerable.conversations.models import Identity
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.intake import pipeline, quarantine
from answerable.intake.models import Envelope, Sighting
from answerable.intake.receiving import receive

HEADERS = {"content-type": "application/json"}
MAY_RUN_FAST = timedelta(minutes=5)


@dataclass(frozen=True)
class Noted:
    """What a colleague knows of a call. `waited` in seconds. Of `made_by_us` the number is the one that was called."""

    at: datetime
    number: str = ""
    name: str = ""
    made_by_us: bool = False
    abandoned: bool = False
    waited: int | None = None
    summary: str = ""
    product: str = ""
    language: str = ""


def sources(by: Viewer, case: Case | None = None) -> list[Source]:
    """Where a call may be noted: the lines of the viewer that are on, that of the case's team first."""
    found = access.rows(Source, by).filter(kind=SPEC.kind, state=Source.State.ON).select_related("workspace")
    team_id = case.team_id if case is not None else None
    return sorted(found, key=lambda each: (each.team_id != team_id, each.label, each.pk))


def note_call(
    noted: Noted, *, key: str, by: Viewer, case: Case | None = None, source_id: int | None = None, theirs: bool = False
) -> Case | None:
    """Keep a call as an envelope and open it at once. Returns the case that it is in, None where it waits for a mend.

    1. With a case it is filed there; else as any other call. The same key again is the same call.
    2. `theirs`: whoever called is the customer of the case. Without a number they are known by another of their
       handles; a number that nobody has becomes theirs, on the colleague's word.

    Raises `Invalid` with the field that does not fit, `Conflict` where no line is connected; nothing is kept then.
    """
    by.require(Right.ANSWER)
    source = _source(sources(by, case), source_id)
    told = _told(noted, case if theirs else None, by, key)
    _check(noted, told)
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    raw = Raw(body=body, headers=HEADERS, external_id=str(told["call"])[:500])
    said = _read(raw, source)
    with transaction.atomic():
        fresh = receive(source, [raw], at=now())
        envelope = Envelope.objects.select_related("source__workspace").get(source=source, once=raw.external_id)
        if fresh:
            _open(envelope, said, case, theirs=theirs, by=by)
    return Case.objects.filter(filings__message__sightings__envelope=envelope).first()


def _source(known: list[Source], source_id: int | None) -> Source:
    chosen = next((each for each in known if source_id in (None, each.pk)), None)
    if chosen is None:
        raise Conflict("No telephone line is connected for you. Nothing was kept. Ask an admin to connect one.")
    return chosen


def _told(noted: Noted, customer_of: Case | None, by: Viewer, key: str) -> Mapping[str, Any]:
    """The call as the connector reads it."""
    number = {"to" if noted.made_by_us else "from": noted.number.strip(), "name": noted.name.strip()}
    return {
        "call": f"noted:{by.user_id}:{key}",
        "direction": "out" if noted.made_by_us else "in",
        **number,
        **_person(noted, customer_of),
        "started": noted.at.isoformat(),
        "waited": noted.waited,
        "abandoned": noted.abandoned and not noted.made_by_us,
        "agent": "" if noted.abandoned and not noted.made_by_us else by.name,
        "summary": noted.summary.strip(),
        "product": noted.product.strip() or (customer_of.product if customer_of else ""),
        "language": noted.language or (customer_of.language if customer_of else ""),
    }


def _person(noted: Noted, customer_of: Case | None) -> Mapping[str, str]:
    if customer_of is None or noted.number.strip():
        return {}
    known = customer_of.contact.identities.order_by("pk").first()
    return {"person_namespace": known.namespace, "person_value": known.value} if known else {}


def _check(noted: Noted, told: Mapping[str, Any]) -> None:
    if noted.at > now() + MAY_RUN_FAST:
        raise Invalid("The call is in the future. Nothing was kept. Mend the time.", "at")
    if not noted.abandoned and not noted.summary.strip():
        raise Invalid("Say what was said, or that nobody was reached. Nothing was kept yet.", "summary")
    if noted.made_by_us and not noted.number.strip() and "person_value" not in told:
        raise Invalid("Say which number you called. Nothing was kept yet.", "number")


def _read(raw: Raw, source: Source) -> Said:
    """What the connector makes of it; a colleague who is still there can mend what it cannot take."""
    (item,) = reading.read(reader, raw, source.values())
    if isinstance(item, LeftOut):
        raise Invalid(item.template, "at", **item.facts)
    assert isinstance(item, Said), "one row is one call"
    return item


def _open(envelope: Envelope, said: Said, case: Case | None, *, theirs: bool, by: Viewer) -> None:
    source = envelope.source
    data = {"envelope": envelope.pk, **({"case": case.pk} if case else {})}
    journal.write("call_noted", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    if case is None:
        pipeline.open_safely(envelope)
    else:
        if theirs:
            _make_theirs(said, case, envelope)
        recorded = recording.record(said, source=source, received_at=envelope.received_at)
        Sighting.objects.get_or_create(envelope=envelope, message=recorded.message)
        filing.file_into(case, recorded.message, why=Filing.Why.NOTED_CALL, by=by)
        quarantine.filed(envelope)
    # Whoever notes a call has heard it.
    seeing.first_seen(list(envelope.sightings.values_list("message", flat=True)), by=by)


def _make_theirs(said: Said, case: Case, envelope: Envelope) -> None:
    handle: Handle = said.to[0] if said.by_us else said.author
    said_so = Identity.Evidence.AGENT_SAID
    identifying.belongs(handle, contact=case.contact, source=envelope.source, at=envelope.received_at, evidence=said_so)
