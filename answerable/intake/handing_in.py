"""Taking in what a program hands in over the API: stored as an envelope first, like all that comes from outside."""

from __future__ import annotations

import hashlib

from answerable.channels import reading
from answerable.channels.api.connector import HANDED_IN_BY, SPEC
from answerable.channels.api.connector import connector as reader
from answerable.channels.contract import Raw, Unreadable
from answerable.channels.models import Source
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive

HEADERS = {"content-type": "application/json"}


def hand_in(body: bytes, *, key: str, source_id: int | None, by: Viewer) -> Envelope:
    """Store one message. The same key again is the same envelope; another text under an old key is a `Conflict`.

    Raises `Invalid` for what could not be read later: the one who hands it in is still there to mend it.
    """
    by.require(Right.HAND_IN)
    raw = Raw(body=body, headers={**HEADERS, HANDED_IN_BY: by.token}, external_id=f"{by.user_id}:{key}")
    try:
        reading.read(reader, raw, {})
    except Unreadable as error:
        raise Invalid(
            "This is not a message as it is described. Nothing was stored. Mend it and send it again."
        ) from error
    source = _source(source_id, by)
    fresh = receive(source, [raw], at=now())
    envelope = Envelope.objects.get(source=source, once=raw.external_id)
    if envelope.digest != hashlib.sha256(body).hexdigest():
        raise Conflict("This key belongs to another message. Nothing was stored. Use a new key.")
    if fresh:
        data = {"envelope": envelope.pk}
        journal.write("message_handed_in", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    return envelope


def _source(source_id: int | None, by: Viewer) -> Source:
    ours = access.rows(Source, by).filter(kind=SPEC.kind)
    if source_id is not None:
        source = access.one(Source, by, pk=source_id, kind=SPEC.kind)
    elif len(ours[:2]) == 1:
        source = ours[0]
    else:
        raise Invalid(
            "There is not exactly one source of the kind “api”. Nothing was stored. Name the source.", "source"
        )
    if source.state != Source.State.ON:
        raise Conflict(
            "%(source)s is paused. Nothing was stored. Switch it on, or try again later.", source=source.label
        )
    return source
