"""Two contacts are one person: suggested on evidence, confirmed or declined, and taken apart again.

Only strong evidence may join by itself. A link takes identities and conversations from the one that `joined` to the one
that was `kept`, and remembers which, so that each can go back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from answerable.conversations.cleaning import clean
from answerable.conversations.models import Contact, Conversation, Identity, Link, Message, Proof
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

STRENGTH: Mapping[str, Link.Strength] = {
    Identity.Evidence.VERIFIED_CODE: Link.Strength.STRONG,
    Identity.Evidence.INVITATION: Link.Strength.STRONG,
    Identity.Evidence.ACCOUNT_MATCH: Link.Strength.STRONG,
    Identity.Evidence.SAID_SO: Link.Strength.GOOD,
    Identity.Evidence.AGENT_SAID: Link.Strength.GOOD,
}
"""How much a piece of evidence proves. What is not named here, such as the same name, is weak."""
MOST_HOPS = 50
_ONE_AT_A_TIME = 1_672_004


def living(contact: Contact) -> Contact:
    """The contact that this one was joined to, and that one, and so on; itself while it stands alone."""
    for _ in range(MOST_HOPS):
        link = Link.objects.select_related("kept").filter(joined=contact, state=Link.State.CONFIRMED).first()
        if link is None:
            return contact
        contact = link.kept
    raise Conflict("The way from this person does not end. Nothing was changed. Tell an admin.")


def suggest(
    kept: Contact,
    joined: Contact,
    *,
    evidence: Identity.Evidence,
    by: Actor,
    words: str = "",
    message: Message | None = None,
) -> Link | None:
    """Say that two may be one person, and on what evidence. Nothing is joined by it.

    None when they are one already, and when a person declined the same before on evidence that was no weaker.
    """
    kept, joined = living(kept), living(joined)
    if kept.pk == joined.pk:
        return None
    strength = STRENGTH.get(evidence, Link.Strength.WEAK)
    pair = Q(kept=kept, joined=joined) | Q(kept=joined, joined=kept)
    for known in Link.objects.filter(pair).exclude(state=Link.State.CONFIRMED).order_by("-pk"):
        if known.state == Link.State.SUGGESTED and _rank(known.strength) >= _rank(strength):
            return known
        if known.state in {Link.State.DECLINED, Link.State.UNDONE} and _rank(known.strength) >= _rank(strength):
            return None
    Link.objects.filter(pair, state=Link.State.SUGGESTED).update(
        state=Link.State.DECLINED, decided_at=now(), reason="overtaken"
    )
    link = Link.objects.create(
        workspace_id=kept.workspace_id,
        kept=kept,
        joined=joined,
        evidence=evidence,
        strength=strength,
        words=clean(words).strip(),
        message=message,
        user_id=_user(by),
        at=now(),
    )
    _tell("people_link_suggested", link, by=by)
    return link


@transaction.atomic
def confirm(link: Link, *, by: Actor) -> Link:
    """Join the two. By rule only on strong evidence: `Invalid` for a weaker one. `Conflict` when it was decided before."""
    at = _begin(by=by)
    if not isinstance(by, Viewer) and link.strength != Link.Strength.STRONG:
        raise Invalid("This evidence is too weak to join two people by rule. Nothing was joined. A person decides.")
    link = _undecided(link)
    kept, joined = living(link.kept), living(link.joined)
    if kept.pk == joined.pk:
        raise Conflict("These two are one person already. Nothing was changed.")
    link.kept, link.joined = kept, joined
    link.identities = _go(joined.identities.order_by("pk"), kept)
    link.conversations = _go(joined.conversations.order_by("pk"), kept)
    _decide(link, Link.State.CONFIRMED, at, by=by)
    Proof.objects.bulk_create(_proof(link, each, at) for each in link.identities)
    _tell("people_linked", link, by=by)
    return link


@transaction.atomic
def decline(link: Link, *, reason: str, by: Viewer) -> Link:
    """They are two people. The evidence is kept, and the same is not suggested again."""
    at = _begin(by=by)
    link = _undecided(link)
    link.reason = clean(reason).strip()
    _decide(link, Link.State.DECLINED, at, by=by)
    _tell("people_link_declined", link, by=by)
    return link


@transaction.atomic
def undo(link: Link, *, reason: str, by: Viewer) -> Link:
    """Take the two apart: identities and conversations go back, as far as they are still with the one that was kept.

    Conversations that the parted person began since go with them. Raises `Conflict` when the link does not stand.
    """
    at = _begin(by=by)
    link = Link.objects.select_for_update(of=("self",)).select_related("kept", "joined").get(pk=link.pk)
    if link.state != Link.State.CONFIRMED:
        raise Conflict("This link does not stand any more. Nothing was changed.")
    here = living(link.kept)
    Identity.objects.filter(pk__in=link.identities, contact=here).update(contact=link.joined)
    theirs = Conversation.objects.filter(contact=here)
    begun = theirs.filter(started_at__gte=link.decided_at, messages__author__in=link.identities)
    alone = begun.exclude(people__contact=here).values_list("pk", flat=True)
    theirs.filter(pk__in={*link.conversations, *alone}).update(contact=link.joined)
    link.reason = clean(reason).strip()
    _decide(link, Link.State.UNDONE, at, by=by)
    _tell("people_link_undone", link, by=by)
    return link


@transaction.atomic
def add(contact: Contact, namespace: str, value: str, *, words: str, by: Viewer) -> Link | None:
    """An agent knows another address of a person. One that nobody has becomes theirs; else a link is suggested.

    What a program says is evidence of its own sort, with the name of its token.
    """
    by.require(Right.ANSWER)
    value = clean(value).strip().lower()[:320]
    if not value:
        raise Invalid("Say the address, number or name. Nothing was added.", "value")
    at, evidence = now(), Identity.Evidence.HANDED_IN if by.token else Identity.Evidence.AGENT_SAID
    said = ": ".join(each for each in (by.token, clean(words).strip()) if each)
    facts = {"contact": contact, "evidence": evidence, "created_at": at}
    identity, fresh = Identity.objects.get_or_create(
        workspace_id=contact.workspace_id, namespace=namespace, value=value, defaults=facts
    )
    if not fresh and identity.contact_id != contact.pk:
        return suggest(contact, identity.contact, evidence=evidence, words=said, by=by)
    Proof.objects.create(
        identity=identity,
        contact=contact,
        evidence=evidence,
        words=said,
        user_id=by.user_id,
        at=at,
    )
    data = {"contact": contact.pk, "identity": identity.pk}
    journal.write("identity_added", by=by, data=data)
    return None


def prefer(contact: Contact, channel: str, *, by: Viewer) -> Contact:
    """The channel on which this person wants to hear from us; empty for the one that they used last."""
    by.require(Right.ANSWER)
    contact.preferred_channel = channel[:40]
    contact.save(update_fields=["preferred_channel"])
    journal.write("channel_preferred", by=by, data={"contact": contact.pk, "channel": contact.preferred_channel})
    return contact


def _begin(*, by: Actor) -> datetime:
    """One at a time in a workspace, so that two who join two ways round do not make a ring."""
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, by.workspace_id])
    return now()


def _undecided(link: Link) -> Link:
    fresh = Link.objects.select_for_update(of=("self",)).select_related("kept", "joined").get(pk=link.pk)
    if fresh.state != Link.State.SUGGESTED:
        raise Conflict("Somebody decided this already. Nothing was changed. Load the page again.")
    return fresh


def _go(rows: QuerySet[Any], to: Contact) -> list[int]:
    ids = list(rows.values_list("pk", flat=True))
    rows.update(contact=to)
    return ids


def _decide(link: Link, state: Link.State, at: datetime, *, by: Actor) -> None:
    link.state, link.decided_at, link.decided_by_id = state, at, _user(by)
    link.save()


def _proof(link: Link, identity_id: int, at: datetime) -> Proof:
    return Proof(
        identity_id=identity_id,
        contact=link.kept,
        evidence=link.evidence,
        words=link.words,
        message=link.message,
        user_id=link.decided_by_id,
        at=at,
    )


def _rank(strength: str) -> int:
    return Link.Strength.values.index(strength)


def _user(by: Actor) -> int | None:
    return by.user_id if isinstance(by, Viewer) else None


def _tell(kind: str, link: Link, *, by: Actor) -> None:
    data = {"link": link.pk, "contact": link.kept_id, "other": link.joined_id, "strength": link.strength}
    journal.write(kind, by=by, data=data)
