"""The envelopes in which messages came, for an archive of the originals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from answerable.conversations.models import Message
from answerable.intake.models import Envelope, Sighting


def of(messages: Iterable[Message]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each envelope that brought these messages and no other: whose file holds other people’s words too
    stays here, and so does one whose bytes are gone.
    """
    keys = {each.pk for each in messages}
    brought = Envelope.objects.filter(sightings__message__in=keys)
    shared = Sighting.objects.filter(envelope__in=brought).exclude(message__in=keys).values("envelope")
    for envelope in brought.exclude(pk__in=shared).distinct().order_by("pk"):
        if not envelope.is_emptied:
            yield f"envelopes/{envelope.pk}.bin", envelope.bytes()
