"""Where somebody can be reached who is not there any more: the address that they left."""

from __future__ import annotations

from datetime import datetime

from answerable.channels.contract import Reachable
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean
from answerable.conversations.identifying import belongs, identify
from answerable.conversations.models import Identity, Proof


def left(item: Reachable, *, source: Source, at: datetime) -> Identity:
    """Remember the address for answers that its author does not see. The newest counts.

    An address that nobody has yet becomes theirs, on their own word. One that is somebody's stays with them: to have an answer
    sent there opens nothing of what that person said.
    """
    item = clean(item)
    author = identify(item.author, source=source, at=at)
    elsewhere = belongs(item.at, contact=author.contact, source=source, at=at, evidence=Identity.Evidence.SAID_SO)
    if elsewhere.contact_id == author.contact_id and not elsewhere.proofs.exists():
        said_so = Identity.Evidence.SAID_SO
        Proof.objects.create(identity=elsewhere, contact=author.contact, evidence=said_so, words=author.value, at=at)
    Identity.objects.filter(pk=author.pk).update(elsewhere=elsewhere)
    return elsewhere
