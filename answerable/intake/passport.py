"""The path of a message through the house, for the people who work with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from answerable.conversations.models import Message


@dataclass(frozen=True)
class Stamp:
    """One station and when; `at` in UTC."""

    label: Any
    at: datetime
    words: str = ""


def of(message: Message) -> list[Stamp]:
    """Posted, received and stored, read and filed, first seen, for what came in; queued and each attempt for what went out.

    What people said that was known by it stands at its end, with their reason.
    """
    stamps = [Stamp(_("Posted"), message.posted_at)] if message.posted_at else []
    for sighting in message.sightings.select_related("envelope__source").defer("envelope__body").order_by("id"):
        envelope = sighting.envelope
        stamps.append(Stamp(_("Received and stored"), envelope.received_at, envelope.source.label))
        if envelope.opened_at:
            stamps.append(Stamp(_("Read and filed"), envelope.opened_at))
    if message.first_seen_at:
        stamps.append(Stamp(_("First seen by one of us"), message.first_seen_at))
    reply = getattr(message, "reply", None)
    if reply is not None:
        stamps.append(Stamp(_("Put into the outbox"), reply.created_at))
        stamps += [Stamp(_("Attempt"), each.ended_at or each.started_at, each.words) for each in reply.attempts.all()]
    stamps += [Stamp(each.get_fact_display(), each.at, each.why) for each in message.known.order_by("pk")]
    return stamps
