"""Our own words, told to us by the network: an answer that we sent, or one that a colleague wrote in the network's own app."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from answerable.channels.contract import Audience, Said
from answerable.channels.models import Source
from answerable.conversations.models import Reference
from answerable.core.access import Actor
from answerable.replies import settling
from answerable.replies.models import Reply

NOT_ANSWERED_YET = (Reply.State.SENDING, Reply.State.UNKNOWN)


def recognise(said: Said, *, source: Source, by: Actor) -> Reply | None:
    """The reply of ours that this utterance is, None for what was said elsewhere.

    1. The network names it as we know it: it is that one.
    2. The answer of the network is not here, and these are the words of a reply to the same person in the same place: it is
       that one, and it arrived. One whose worker waits still for the answer is given its id; if that never comes, it counts.
    3. It waits for a hand, and these are its words: somebody posted it. The address is kept for them to confirm.
    """
    known = _named(said, source)
    if known is not None:
        return known
    waiting = _waiting(said, source).order_by("id").first()
    if waiting is None:
        return _posted_by_hand(said, source)
    return _arrived(waiting, said.external_id, by)


def by_key(key: str, external_id: str, *, source: Source, by: Actor) -> Reply | None:
    """The reply with this key, where nobody knew yet whether it arrived: it did, under this id."""
    found = Reply.objects.filter(conversation__source=source, key=key, state__in=NOT_ANSWERED_YET, external_id="")
    waiting = found.first()
    return _arrived(waiting, external_id, by) if waiting is not None else None


def _posted_by_hand(said: Said, source: Source) -> Reply | None:
    same = {"message__text": said.text.strip(), "message__audience": said.audience}
    waiting = (
        Reply.objects.filter(conversation__source=source, state=Reply.State.BY_HAND, **same).order_by("id").first()
    )
    address = next((each for each in said.own_ids if each.startswith(("https://", "http://"))), "")
    if waiting is not None and address:
        Reply.objects.filter(pk=waiting.pk, state=Reply.State.BY_HAND).update(external_id=address[:500])
    return waiting


def is_followed(said: Said, source: Source) -> bool:
    """Is it said to somebody, or in a thread that we hold? Else it is no answer to anybody."""
    if said.to:
        return True
    threads = Reference.objects.filter(workspace_id=source.workspace_id, namespace=source.kind)
    return threads.filter(value__in=said.thread_ids).exists()


def _arrived(reply: Reply, external_id: str, by: Actor) -> Reply:
    """One whose worker waits still for the answer is given its id only; it counts if that answer never comes."""
    if not Reply.objects.filter(pk=reply.pk, state=Reply.State.SENDING).update(external_id=external_id[:500]):
        settling.settle(reply, arrived=True, external_id=external_id, by=by)
    return reply


def _named(said: Said, source: Source) -> Reply | None:
    named = Reference.objects.filter(
        workspace_id=source.workspace_id,
        namespace=source.kind,
        value__in=[said.external_id, *said.own_ids],
        message__reply__isnull=False,
        conversation__source=source,
    )
    return Reply.objects.filter(pk__in=named.values("message__reply")).order_by("-id").first()


def _waiting(said: Said, source: Source) -> QuerySet[Reply]:
    same = {"message__text": said.text.strip(), "message__audience": said.audience}
    found = Reply.objects.filter(conversation__source=source, state__in=NOT_ANSWERED_YET, external_id="", **same)
    if said.audience == Audience.PUBLIC:
        return found.filter(in_reply_to__in=said.thread_ids)
    people = Q()
    for handle in said.to:
        people |= Q(message__recipients__to__contains=[{"namespace": handle.namespace, "value": handle.value}])
    return found.filter(people) if said.to else found.none()
