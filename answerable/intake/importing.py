"""Importing a file of what was said elsewhere: looked at first, then one envelope, verbatim, with all its lines."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min

from answerable.channels import reading
from answerable.channels.contract import ConnectorError, LeftOut, Raw, Said
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.intake.budget import TooSlow, budget
from answerable.intake.models import Envelope, Sighting, Upload
from answerable.intake.receiving import receive

LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True)
class Preview:
    """What a file would bring: its utterances, and what would be left out, each with why."""

    said: Sequence[Said]
    left: Sequence[LeftOut]


@dataclass(frozen=True)
class Outcome:
    """What an imported file brought: messages that it told of, and how many of them are new."""

    envelope: Envelope
    told: int
    fresh: int


def look_at(source: Source, *, name: str, body: bytes, by: Viewer) -> Upload:
    """Keep a file for a day so that it can be looked at. Raises `Invalid` for one that is empty, too large or no list."""
    _allowed(source, by)
    if not body:
        raise Invalid("The file is empty. Nothing was kept. Choose another.", "file")
    if len(body) > LARGEST:
        raise Invalid("The file is larger than 10 MB. Nothing was kept. Part it.", "file")
    upload = Upload(
        workspace_id=source.workspace_id, source=source, user_id=by.user_id, name=clean(name)[:255], body=body, at=now()
    )
    preview(upload)
    upload.save(force_insert=True)
    return upload


def preview(upload: Upload) -> Preview:
    """Read it as it would be read; nothing is stored. Raises `Invalid` where nothing in it can be."""
    source = upload.source
    try:
        with budget():
            items = reading.read(connector(source.kind), Raw(bytes(upload.body)), source.values())
    except ConnectorError as error:
        raise Invalid(error.template, "file", **error.facts) from error
    except TooSlow:
        raise Invalid("Reading the file takes too long. Nothing was kept. Part it.", "file") from None
    said = [item for item in items if isinstance(item, Said)]
    return Preview(said, [item for item in items if isinstance(item, LeftOut)])


def import_file(upload: Upload, *, by: Viewer) -> Envelope:
    """Take the file in as one envelope; the worker opens it. The same file again is the same envelope."""
    _allowed(upload.source, by)
    source, body = upload.source, bytes(upload.body)
    raw = Raw(body=body, headers={"file": upload.name})
    fresh = receive(source, [raw], at=now())
    envelope = _envelope(source, body)
    if fresh:
        data = {"envelope": envelope.pk}
        journal.write("file_imported", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    upload.delete()
    return envelope


def outcome(envelope: Envelope) -> Outcome:
    """How many messages it told of, and which of them no envelope before it had."""
    seen = Message.objects.filter(pk__in=envelope.sightings.values("message"))
    first = Sighting.objects.filter(message__in=seen).values("message").annotate(first=Min("envelope"))
    return Outcome(envelope, seen.count(), first.filter(first=envelope.pk).count())


def _envelope(source: Source, body: bytes) -> Envelope:
    return Envelope.objects.get(source=source, once=hashlib.sha256(body).hexdigest())


def _allowed(source: Source, by: Viewer) -> None:
    by.require(Right.HAND_IN)
    if not source.spec.files:
        raise Conflict("This source takes no files. Nothing was kept.")
    if source.state != Source.State.ON:
        raise Conflict("%(source)s is paused. Nothing was kept. Switch it on first.", source=source.label)
