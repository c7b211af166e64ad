"""Keeping what people allow us and what they take back, as they said it, and asking what stands."""

from __future__ import annotations

from collections.abc import Iterable

from answerable.channels.contract import Consented, Said
from answerable.conversations.models import Consent, Identity, Message


def keep_all(said: Iterable[tuple[Message, Said]]) -> None:
    """Keep what these utterances say of consent, each on the handle that said it."""
    Consent.objects.bulk_create(_consent(message, each) for message, words in said for each in words.consents)


def standing(identity: Identity, to: Consent.To) -> Consent | None:
    """What this handle said last about it; None where it never did."""
    return identity.consents.filter(to=to).order_by("-at", "-pk").first()


def _consent(message: Message, told: Consented) -> Consent:
    assert message.author is not None, "whoever was heard has a name"
    return Consent(
        identity=message.author,
        message=message,
        to=Consent.To(told.to),
        given=told.given,
        how=told.how[:200],
        at=message.posted_at or message.received_at,
    )
