"""Binding an identity to a contact on evidence: the proof is kept, and two contacts become one only where nothing is lost.

A contact that came into being with this identity, and has nothing else, is taken into the other; every id that moved stands in
the `Link`, so that each can go back. A contact with a history of its own is suggested, and a person decides.
"""

from __future__ import annotations

from datetime import datetime

from answerable.conversations.models import Contact, Conversation, Identity, Link, Message, Proof


def bind(
    identity: Identity,
    contact: Contact,
    *,
    evidence: Identity.Evidence,
    strength: Link.Strength,
    message: Message,
    cases: bool,
    at: datetime,
) -> Link | None:
    """Hold this identity to be the contact's. `cases` says that its own contact has cases already.

    Returns the link of the two contacts, None when the identity was theirs before.
    """
    Proof.objects.create(identity=identity, contact=contact, evidence=evidence, message=message, at=at)
    before = identity.contact_id
    if before == contact.pk:
        return None
    alone = not cases and Identity.objects.filter(contact=before).count() == 1
    known = Link.objects.filter(kept=contact, joined=before, state__in=[Link.State.SUGGESTED, Link.State.CONFIRMED])
    found = known.first() or Link(
        workspace_id=contact.workspace_id, kept=contact, joined_id=before, evidence=evidence, strength=strength, at=at
    )
    found.message = message
    if alone:
        _take_over(found, identity, at)
    found.save()
    return found


def _take_over(link: Link, identity: Identity, at: datetime) -> None:
    talks = list(Conversation.objects.filter(contact=link.joined_id).values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=talks).update(contact=link.kept)
    Identity.objects.filter(pk=identity.pk).update(contact=link.kept)
    identity.contact = link.kept
    link.identities, link.conversations = [identity.pk], talks
    link.state, link.decided_at = Link.State.CONFIRMED, at
