"""Opening an envelope again: after a mend, or to see what its hops are."""

from __future__ import annotations

from django.db import transaction

from answerable.cases import filing
from answerable.cases.models import Filing
from answerable.clocks import keeping
from answerable.conversations.models import Message
from answerable.conversations.recording import Recorded
from answerable.core import access, journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, NotThere
from answerable.intake import pipeline, quarantine
from answerable.intake.hops import Hop
from answerable.intake.models import Envelope


def replay(envelope_id: int, *, by: Actor, dry: bool = False) -> list[Hop]:
    """Open the envelope again and return its hops. Awareness stays at `received_at`. Raises `NotThere`.

    `dry` rolls everything back. A filed envelope only finds what is there already.
    """
    with transaction.atomic():
        envelope = _find(envelope_id, by)
        envelope.tries = 0
        hops = pipeline.open_safely(envelope)
        if dry:
            transaction.set_rollback(True)
        else:
            _tell("envelope_replayed", envelope, by, hops[-1].words)
    return hops


def open_set_aside(envelope: Envelope, *, by: Viewer) -> list[Hop]:
    """A person says that what was set aside is a case after all."""
    by.require(Right.REPLAY)
    with transaction.atomic():
        sighted = envelope.sightings.select_related("message__conversation__contact", "message__conversation__source")
        hops = [_open(each.message, envelope, by) for each in sighted]
        if hops:
            hops.append(quarantine.filed(envelope))
            _tell("envelope_opened_by_hand", envelope, by, hops[0].words)
    return hops


def _open(message: Message, envelope: Envelope, by: Viewer) -> Hop:
    case = filing.case_of(message.conversation) or filing.open_case(
        Recorded(message, fresh=False), source=envelope.source, by=by
    )
    filing.file_into(case, message, why=Filing.Why.NEW_PROBLEM, by=by)
    keeping.keep({case.pk}, by=by)
    return Hop("filed", f"case {case.number}")


def _find(envelope_id: int, by: Actor) -> Envelope:
    if isinstance(by, Viewer):
        by.require(Right.REPLAY)
        access.one(Envelope, by, pk=envelope_id)
    envelope = (
        Envelope.objects.select_for_update(of=("self",)).select_related("source__workspace").filter(pk=envelope_id)
    )
    found = envelope.first()
    if found is None:
        raise NotThere("There is no envelope %(number)s.", number=envelope_id)
    if found.is_emptied:
        raise Conflict("The network no longer lets us hold what was in it. Its digest and its outcome are kept.")
    return found


def _tell(kind: str, envelope: Envelope, by: Actor, words: str) -> None:
    data = {"envelope": envelope.pk, "outcome": words}
    journal.write(kind, by=by, source_id=envelope.source_id, team_id=envelope.source.team_id, data=data)
