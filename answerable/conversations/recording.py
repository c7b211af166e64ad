"""Recording an utterance once: the contact, the conversation, the message, its ids and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from answerable.channels.contract import Handle, Mark, Said
from answerable.channels.models import Source
from answerable.conversations import attaching
from answerable.conversations.models import Contact, Conversation, Identity, Message, Reference
from answerable.core.text.fold import fold

SEARCHED_CHARACTERS = 100_000
"""PostgreSQL takes at most 1 MB of lexemes in one tsvector; the whole text stays in `text`."""


@dataclass(frozen=True)
class Recorded:
    """`fresh` is false when the utterance was here already: then nothing was changed.

    `related` is a conversation that the utterance names although its author never took part in it.
    """

    message: Message
    fresh: bool
    new_conversation: bool = False
    related: Conversation | None = None


def record(said: Said, *, source: Source, received_at: datetime) -> Recorded:
    """Record what somebody else said.

    1. The same utterance again is the message that we have.
    2. The author's identity and contact are found or made (evidence: wrote from it).
    3. The newest known id of the thread gives the conversation, but only to somebody who takes part in it: an id or a
       number that a stranger quotes opens nothing.
    4. Message, ids and files are written.
    """
    once = once_key(source, said.external_id)
    known = Message.objects.filter(workspace_id=source.workspace_id, once=once).first()
    if known is not None:
        return Recorded(known, fresh=False)
    author = identify(said.author, source=source, at=received_at, language=said.language)
    thread = find_thread(said, source=source)
    belongs = thread is not None and takes_part(author, thread, by_us=said.by_us)
    conversation = thread if thread and belongs else _start(said, author, source, received_at)
    message = _write(said, conversation, author, once, received_at)
    _remember(said, conversation, message, source, received_at)
    return Recorded(message, True, not belongs, thread if thread and not belongs else None)


def once_key(source: Source, external_id: str) -> str:
    """What makes an utterance one: global ids count per channel, others per source."""
    scope = source.kind if source.spec.ids_are_global else f"{source.kind}/{source.pk}"
    return f"{scope}:{external_id}"[:500]


def identify(
    handle: Handle,
    *,
    source: Source,
    at: datetime,
    language: str = "",
    evidence: Identity.Evidence = Identity.Evidence.WROTE_FROM,
) -> Identity:
    """The identity behind a handle; a new one gets a new contact. Two at once make one (unique constraint)."""
    key = {"workspace_id": source.workspace_id, "namespace": handle.namespace, "value": handle.value[:320]}
    known = Identity.objects.select_related("contact").filter(**key).first()
    if known is not None:
        return known
    name = (handle.display or handle.value)[:200]
    contact = Contact.objects.create(workspace_id=source.workspace_id, name=name, language=language[:10], created_at=at)
    made, _ = Identity.objects.get_or_create(
        **key,
        defaults={"contact": contact, "display": handle.display[:200], "evidence": evidence, "created_at": at},
    )
    return made


def find_thread(said: Said, *, source: Source) -> Conversation | None:
    """The conversation of the newest thread id that we know, None when we know none."""
    wanted = [*said.thread_ids, *said.claims]
    if not wanted:
        return None
    references = Reference.objects.select_related("conversation__contact", "conversation__source").filter(
        workspace_id=source.workspace_id, namespace=source.kind, value__in=[value[:400] for value in wanted]
    )
    found = sorted(references, key=lambda each: (wanted.index(each.value), -each.pk))
    return found[0].conversation if found else None


def takes_part(author: Identity, conversation: Conversation, *, by_us: bool = False) -> bool:
    """Did this identity, or another one of the same contact, write in the conversation or was it addressed?"""
    return by_us or conversation.people.filter(contact_id=author.contact_id).exists()


def search_vector(*words: str) -> SearchVector:
    """The words as the search compares them: folded, configuration `simple`, which fits every language alike."""
    return SearchVector(Value(fold(" ".join(words))[:SEARCHED_CHARACTERS]), config="simple")


def remember_ids(conversation: Conversation, message: Message | None, namespace: str, ids: tuple[str, ...]) -> None:
    """Keep ids under which this conversation may be named from now on."""
    Reference.objects.bulk_create(
        Reference(
            workspace_id=conversation.workspace_id,
            namespace=namespace,
            value=value[:400],
            conversation=conversation,
            message=message,
        )
        for value in ids
    )


def _start(said: Said, author: Identity, source: Source, at: datetime) -> Conversation:
    return Conversation.objects.create(
        workspace_id=source.workspace_id,
        source=source,
        contact=author.contact,
        subject=said.subject[:400],
        started_at=at,
    )


def _write(said: Said, conversation: Conversation, author: Identity, once: str, received_at: datetime) -> Message:
    message = Message(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        once=once,
        direction=Message.Direction.OUT if said.by_us else Message.Direction.IN,
        audience=said.audience,
        author=author,
        subject=said.subject[:400],
        text=_storable(said.text),
        quoted=_storable(said.quoted),
        html=_storable(said.html),
        language=said.language[:10],
        marks=sorted({*said.marks, *_reused(said, conversation)}),
        notes=list(said.notes),
        recipients=_recipients(said),
        posted_at=said.posted_at,
        received_at=received_at,
    )
    message.search = search_vector(said.subject, said.text, said.quoted, author.display, author.value)
    message.save(force_insert=True)
    attaching.attach(message, said.pieces)
    return message


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in text; the envelope keeps the byte."""
    return text.replace("\x00", "\ufffd")


def _reused(said: Said, conversation: Conversation) -> set[Mark]:
    """A sender that gives an old id to a new text is taken, and flagged."""
    known = Reference.objects.filter(
        workspace_id=conversation.workspace_id, namespace=conversation.source.kind, value__in=said.own_ids[:1]
    ).exclude(message=None)
    return {Mark.ID_REUSED} if said.own_ids and known.exists() else set()


def _recipients(said: Said) -> dict[str, list[dict[str, str]]]:
    return {
        "to": [_plain(handle) for handle in said.to],
        "cc": [_plain(handle) for handle in said.cc],
        "reply_to": [_plain(said.reply_to)] if said.reply_to else [],
    }


def _plain(handle: Handle) -> dict[str, str]:
    return {"namespace": handle.namespace, "value": handle.value, "display": handle.display}


def _remember(said: Said, conversation: Conversation, message: Message, source: Source, at: datetime) -> None:
    remember_ids(conversation, message, source.kind, said.own_ids)
    unknown_parents = said.thread_ids if conversation.references.count() <= len(said.own_ids) else ()
    remember_ids(conversation, None, source.kind, unknown_parents)
    addressed = [handle for handle in (*said.to, *said.cc) if handle.value != source.address]
    by_copy = Identity.Evidence.WAS_ADDRESSED
    people = [identify(handle, source=source, at=at, evidence=by_copy) for handle in addressed[:20]]
    if message.author is not None and not said.by_us:
        people.append(message.author)
    conversation.people.add(*people)
