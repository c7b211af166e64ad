"""Storing what came in, before anybody understands it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from answerable.channels import health
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core import files, jobs
from answerable.core.text.keepable import clean
from answerable.intake.models import Envelope, PassedBy

LARGE = 256 * 1024
"""Bytes from which an envelope lies in the file store instead of its row."""


def receive(
    source: Source,
    raws: Sequence[Raw],
    *,
    at: datetime,
    cursor: Mapping[str, Any] | None = None,
    stream_cursor: Mapping[str, Any] | None = None,
    passed_by: int = 0,
    heard: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[int]:
    """Store raw items once, defer their opening, move the cursor and count what passed by: one transaction, or nothing.

    `heard` says of some of them, by external id, why they were kept of a stream of everybody.

    Returns the ids of the envelopes that are new. Raises `files.StoreFull` when a large one cannot be kept: the
    caller then tells the sender to try later.
    """
    envelopes = [_envelope(source, raw, at, (heard or {}).get(raw.external_id, {})) for raw in raws]
    places = {"cursor": cursor, "stream_cursor": stream_cursor}
    moved = {name: clean(dict(place)) for name, place in places.items() if place is not None}
    with transaction.atomic():
        fresh = _store(envelopes)
        if moved:
            Source.objects.filter(pk=source.pk).update(**moved)
        if passed_by:
            _count(source, at, passed_by)
        if fresh:
            health.heard(source, at=at, in_stream=stream_cursor is not None)
            jobs.later("intake.jobs.open_envelopes", lock=f"source:{source.pk}", source_id=source.pk)
    for name, place in moved.items():
        setattr(source, name, place)
    return fresh


def _count(source: Source, at: datetime, passed_by: int) -> None:
    counted, _ = PassedBy.objects.get_or_create(source=source, day=at.astimezone(UTC).date())
    PassedBy.objects.filter(pk=counted.pk).update(number=F("number") + passed_by)


def _envelope(source: Source, raw: Raw, at: datetime, heard: Mapping[str, Any]) -> Envelope:
    digest = hashlib.sha256(raw.body).hexdigest()
    large = len(raw.body) > LARGE
    return Envelope(
        workspace_id=source.workspace_id,
        source=source,
        once=clean(raw.external_id or digest)[:500],
        digest=digest,
        size=len(raw.body),
        headers=clean(dict(raw.headers)),
        body=b"" if large else raw.body,
        file=files.keep(raw.body) if large else "",
        received_at=at,
        heard=dict(heard),
    )


def _store(envelopes: Sequence[Envelope]) -> list[int]:
    """Insert or nothing; with `ON CONFLICT` PostgreSQL returns ids of the inserted rows only through a query."""
    if not envelopes:
        return []
    source_id = envelopes[0].source_id
    wanted = [envelope.once for envelope in envelopes]
    known = set(Envelope.objects.filter(source_id=source_id, once__in=wanted).values_list("once", flat=True))
    newcomers = list({each.once: each for each in envelopes if each.once not in known}.values())
    Envelope.objects.bulk_create(newcomers, ignore_conflicts=True)
    stored = Envelope.objects.filter(source_id=source_id, once__in=[each.once for each in newcomers])
    return list(stored.order_by("id").values_list("id", flat=True))
