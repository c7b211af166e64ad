"""Taking a person out of threads that a link let them into, after the link was undone."""

from __future__ import annotations

from datetime import datetime

from answerable.conversations.models import Conversation, Link, Message, Reference
from answerable.core.access import Actor
from answerable.core.moments import now


def take_out_of_threads(link: Link, *, since: datetime, by: Actor) -> list[Conversation]:
    """What the parted person said in a thread of the other goes on in a thread of its own.

    `since` is when the link was confirmed. Only where they took no part before: who wrote there earlier, or was addressed, keeps their place. Returns the new
    conversations; `by` is who undid the link, whose line in the journal says it.
    """
    assert link.workspace_id == by.workspace_id
    said = Message.objects.filter(author__in=link.identities, received_at__gte=since)
    elsewhere = said.exclude(conversation__contact=link.joined).filter(conversation__isnull=False)
    threads = Conversation.objects.filter(pk__in=elsewhere.values("conversation")).select_related("source")
    return [_own(thread, link) for thread in threads.order_by("pk") if not _took_part(thread, link, since)]


def _took_part(thread: Conversation, link: Link, since: datetime) -> bool:
    before = thread.messages.filter(received_at__lt=since)
    if before.filter(author__in=link.identities).exists():
        return True
    values = set(link.joined.identities.filter(pk__in=link.identities).values_list("value", flat=True))
    recipients = thread.messages.values_list("recipients", flat=True)
    return any(each.get("value") in values for places in recipients for people in places.values() for each in people)


def _own(thread: Conversation, link: Link) -> Conversation:
    own = Conversation.objects.create(
        workspace_id=thread.workspace_id,
        source=thread.source,
        contact=link.joined,
        subject=thread.subject,
        started_at=now(),
    )
    people = list(link.joined.identities.filter(pk__in=link.identities))
    own.people.add(*people)
    thread.people.remove(*people)
    theirs = list(thread.messages.filter(author__in=people).values_list("pk", flat=True))
    Reference.objects.filter(message__in=theirs).update(conversation=own)
    Message.objects.filter(pk__in=theirs).update(conversation=own)
    return own
