"""Which conversation an utterance belongs to: the threads that a batch of utterances names, and those that it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answerable.channels.contract import Said
from answerable.channels.models import Source
from answerable.conversations.models import Conversation, Identity, Message, Reference

LONGEST_ID = 400


@dataclass(eq=False)
class Thread:
    """A conversation and the contacts that wrote in it or were addressed, as far as this batch asks."""

    conversation: Conversation
    contacts: set[int] = field(default_factory=set)


class Threads:
    """Holds what is known already and takes note of what the batch adds. Writing `references` is for the caller."""

    def __init__(self, saids: Sequence[Said], people: Sequence[Identity], source: Source) -> None:
        self._source = source
        self._by_id: dict[str, list[Thread]] = {}
        self._spoken: set[str] = set()
        self.references: list[Reference] = []
        self._load_people(self._load(saids), people)

    def find(self, said: Said, author: Identity) -> tuple[Thread | None, Thread | None]:
        """The newest known thread in which the author takes part, and the newest one that is only named.

        An id or a number that a stranger quotes opens nothing, and takes nothing away from those who take part.
        """
        named = [thread for each in _wanted(said) for thread in self._by_id.get(each, ())]
        own = next((thread for thread in named if said.by_us or author.contact_id in thread.contacts), None)
        return own, None if own else next(iter(named), None)

    def spoken(self, ids: Sequence[str]) -> bool:
        """Did another message come under the first of these ids?"""
        return any(each[:LONGEST_ID] in self._spoken for each in ids[:1])

    def remember(self, thread: Thread, ids: Sequence[str], message: Message | None) -> None:
        """From now on these ids lead here; the newest wins."""
        self.references += references(thread.conversation, message, self._source.kind, ids)
        for each in ids:
            self._by_id.setdefault(each[:LONGEST_ID], []).insert(0, thread)
        if message is not None:
            self._spoken.update(each[:LONGEST_ID] for each in ids)

    def _load(self, saids: Sequence[Said]) -> dict[int, Thread]:
        wanted = {each for said in saids for each in (*_wanted(said), *(own[:LONGEST_ID] for own in said.own_ids[:1]))}
        found = Reference.objects.select_related("conversation__contact", "conversation__source").filter(
            workspace_id=self._source.workspace_id, namespace=self._source.kind, value__among=wanted
        )
        threads: dict[int, Thread] = {}
        for reference in found.order_by("-id") if wanted else ():
            thread = threads.setdefault(reference.conversation_id, Thread(reference.conversation))
            self._by_id.setdefault(reference.value, []).append(thread)
            if reference.message_id is not None:
                self._spoken.add(reference.value)
        return threads

    def _load_people(self, threads: dict[int, Thread], people: Sequence[Identity]) -> None:
        takes_part = Conversation.people.through.objects.filter(
            conversation_id__among=threads, identity__contact_id__among={each.contact_id for each in people}
        )
        for conversation_id, contact_id in takes_part.values_list("conversation_id", "identity__contact_id"):
            threads[conversation_id].contacts.add(contact_id)


def references(
    conversation: Conversation, message: Message | None, namespace: str, ids: Sequence[str]
) -> list[Reference]:
    """Rows, not yet written, under which this conversation may be named."""
    return [
        Reference(
            workspace_id=conversation.workspace_id,
            namespace=namespace,
            value=value[:LONGEST_ID],
            conversation=conversation,
            message=message,
        )
        for value in ids
    ]


def _wanted(said: Said) -> list[str]:
    return [each[:LONGEST_ID] for each in (*said.thread_ids, *said.claims)]
