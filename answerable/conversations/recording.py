"""Recording utterances once: the contact, the conversation, the message, its ids and its files.

Utterances are recorded by the batch, because what costs time is the way to the database and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from answerable.channels.contract import Handle, Mark, Said, Telephoned
from answerable.channels.models import Source
from answerable.conversations import attaching, consenting
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.identifying import Met, identify_all, key_of
from answerable.conversations.models import Conversation, Identity, Message, PhoneCall, Proof, Reference, Relevance
from answerable.conversations.threads import Thread, Threads, references
from answerable.core import inserting
from answerable.core.text.fold import fold
from answerable.listening import topics
from answerable.listening.relevance import Reason

SEARCHED_CHARACTERS = 100_000
"""PostgreSQL takes at most 1 MB of lexemes in one tsvector; the whole text stays in `text`."""
MOST_ADDRESSED = 20


@dataclass(frozen=True)
class Heard:
    """An utterance, when its envelope arrived, and why it is here, what decided first."""

    said: Said
    received_at: datetime
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """`fresh` is false when the utterance was here already: then nothing was changed.

    `related` is a conversation that the utterance names although its author never took part in it. `claims` are tokens of
    ours that came with it. `wordless` is a call of which nobody wrote down what was said.
    """

    message: Message
    fresh: bool
    new_conversation: bool = False
    related: Conversation | None = None
    product: str = ""
    claims: tuple[str, ...] = ()
    wordless: bool = False


def record(said: Said, *, source: Source, received_at: datetime) -> Recorded:
    """Record what somebody else said."""
    return record_all([Heard(said, received_at)], source=source)[0]


def record_all(heard: Sequence[Heard], *, source: Source) -> list[Recorded]:
    """Record what others said at one source, in this order; each knows what came before it.

    1. The same utterance again is the message that we have.
    2. The authors' identities and contacts are found or made (evidence: wrote from it, or handed in by a program).
    3. The newest known id of the thread gives the conversation, but only to somebody who takes part in it: an id or a
       number that a stranger quotes opens nothing.
    4. Messages, ids and files are written.
    """
    heard = [replace(each, said=clean(each.said)) for each in heard]
    keys = [once_key(source, each.said.external_id) for each in heard]
    known = _known(keys, source)
    fresh: dict[str, Heard] = {}
    for key, each in zip(keys, heard, strict=True):
        if key not in known:
            fresh.setdefault(key, each)
    made = _record_fresh(fresh, source)
    messages = known | {key: each.message for key, each in made.items()}
    return [made.pop(key) if key in made else Recorded(messages[key], fresh=False) for key in keys]


def once_key(source: Source, external_id: str) -> str:
    """What makes an utterance one: global ids count per channel, others per source."""
    scope = source.kind if source.spec.ids_are_global else f"{source.kind}/{source.pk}"
    return f"{scope}:{external_id}"[:500]


def search_vector(*words: str) -> SearchVector:
    """The words as the search compares them: folded, configuration `simple`, which fits every language alike."""
    return SearchVector(Value(searched(*words)), config="simple")


def searched(*words: str) -> str:
    """What of these words is searched, folded."""
    return fold(" ".join(words))[:SEARCHED_CHARACTERS]


def remember_ids(conversation: Conversation, message: Message | None, namespace: str, ids: Sequence[str]) -> None:
    """Keep ids under which this conversation may be named from now on."""
    Reference.objects.bulk_create(references(conversation, message, namespace, ids))


def _known(keys: Sequence[str], source: Source) -> dict[str, Message]:
    found = Message.objects.filter(workspace_id=source.workspace_id, once__among=keys)
    related = found.select_related("conversation__contact", "conversation__source")
    return {message.once: message for message in related}


def _record_fresh(heard: dict[str, Heard], source: Source) -> dict[str, Recorded]:
    if not heard:
        return {}
    batch = _Batch(list(heard.values()), source)
    recorded = {key: batch.take(each, key) for key, each in heard.items()}
    batch.save()
    return recorded


class _Batch:
    """Fresh utterances on their way into the tables: first each finds its place, then all are written, table by table."""

    def __init__(self, heard: Sequence[Heard], source: Source) -> None:
        self.source = source
        self.people = identify_all([met for each in heard for met in _met(each, source)], source=source)
        authors = [self.people[key_of(each.said.author)] for each in heard]
        self.threads = Threads([each.said for each in heard], authors, source)
        self.begun: list[Conversation] = []
        self.messages: list[tuple[Message, Said]] = []
        self.present: list[tuple[Thread, Identity]] = []
        self.reasons: list[Relevance] = []

    def take(self, heard: Heard, once: str) -> Recorded:
        said, author = heard.said, self.people[key_of(heard.said.author)]
        own, named = self.threads.find(said, author)
        thread = own or self._begin(heard, author)
        reused = self.threads.spoken(said.own_ids)
        message = _message(heard, thread.conversation, author, once, reused=reused)
        self.messages.append((message, said))
        self.reasons += [relevance(each, message) for each in heard.reasons]
        self.threads.remember(thread, said.own_ids, message)
        self.threads.remember(thread, said.thread_ids if own is None else (), None)
        self._admit(thread, heard)
        related = named.conversation if named else None
        wordless = said.call is not None and not said.call.summed_up
        return Recorded(message, True, own is None, related, said.product, said.claims, wordless)

    def save(self) -> None:
        inserting.insert(self.begun)
        inserting.insert(message for message, _ in self.messages)
        inserting.insert(self.reasons)
        attaching.attach_all((message, said.pieces) for message, said in self.messages)
        consenting.keep_all((message, said) for message, said in self.messages if said.consents)
        PhoneCall.objects.bulk_create(_call(message, said.call) for message, said in self.messages if said.call)
        inserting.insert(self.threads.references)
        Proof.objects.bulk_create(_proof(message, said) for message, said in self.messages if said.handed_in_by)
        through = Conversation.people.through
        inserting.insert(
            (through(conversation_id=thread.conversation.pk, identity_id=who.pk) for thread, who in self.present),
            once=True,
        )

    def _begin(self, heard: Heard, author: Identity) -> Thread:
        """A conversation is with the person outside, also when we spoke first."""
        handles = _addressed(heard.said, self.source) if heard.said.by_us else []
        person = self.people[key_of(handles[0])] if handles else author
        conversation = Conversation(
            workspace_id=self.source.workspace_id,
            source=self.source,
            contact=person.contact,
            subject=heard.said.subject[:400],
            started_at=heard.received_at,
        )
        self.begun.append(conversation)
        return Thread(conversation)

    def _admit(self, thread: Thread, heard: Heard) -> None:
        """Whoever wrote or was addressed takes part from now on. What we wrote elsewhere ourselves admits the addressed."""
        handles = _addressed(heard.said, self.source) + ([] if heard.said.by_us else [heard.said.author])
        people = [self.people[key_of(handle)] for handle in handles]
        thread.contacts.update(each.contact_id for each in people)
        self.present += [(thread, each) for each in people]


def _met(heard: Heard, source: Source) -> list[Met]:
    how = Identity.Evidence.HANDED_IN if heard.said.handed_in_by else Identity.Evidence.WROTE_FROM
    author = Met(heard.said.author, heard.received_at, how, heard.said.language)
    by_copy = Identity.Evidence.WAS_ADDRESSED
    return [author, *(Met(handle, heard.received_at, by_copy) for handle in _addressed(heard.said, source))]


def _proof(message: Message, said: Said) -> Proof:
    """Which program says that this person wrote it, and from where."""
    author = message.author
    assert author is not None, "whoever was heard has a name"
    evidence, at = Identity.Evidence.HANDED_IN, message.received_at
    return Proof(
        identity=author,
        contact_id=author.contact_id,
        evidence=evidence,
        words=said.handed_in_by,
        message=message,
        at=at,
    )


def _addressed(said: Said, source: Source) -> list[Handle]:
    return [handle for handle in (*said.to, *said.cc) if handle.value != source.address][:MOST_ADDRESSED]


def _message(heard: Heard, conversation: Conversation, author: Identity, once: str, *, reused: bool) -> Message:
    """A sender that gives an old id to a new text is taken, and flagged."""
    said = heard.said
    return Message(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        once=once,
        direction=Message.Direction.OUT if said.by_us else Message.Direction.IN,
        audience=said.audience,
        author=author,
        subject=said.subject[:400],
        text=said.text,
        quoted=said.quoted,
        html=said.html,
        language=said.language[:10],
        marks=sorted({*said.marks, *([Mark.ID_REUSED] if reused else [])}),
        notes=list(said.notes),
        topics=[] if said.by_us else topics.read(said.subject, said.text, language=said.language),
        recipients=_recipients(said),
        posted_at=plausible(said.posted_at),
        received_at=heard.received_at,
        search=searched(said.subject, said.text, said.quoted, author.display, author.value),
    )


def relevance(reason: Reason, message: Message) -> Relevance:
    """A row, not yet written, of a reason for which a message is here."""
    return Relevance(
        message=message,
        why=reason.why,
        version_id=reason.version,
        topic=reason.topic,
        basis_id=reason.basis,
        evidence={"spans": [list(span) for span in reason.spans], "facts": list(reason.facts)},
    )


def _call(message: Message, told: Telephoned) -> PhoneCall:
    return PhoneCall(
        message=message,
        started_at=plausible(told.started_at) or message.received_at,
        waited=told.waited,
        talked=told.talked,
        abandoned=told.abandoned,
        agent=told.agent[:120],
        line=told.line[:60],
        recording=told.recording[:500],
    )


def _recipients(said: Said) -> dict[str, list[dict[str, str]]]:
    return {
        "to": [_plain(handle) for handle in said.to],
        "cc": [_plain(handle) for handle in said.cc],
        "reply_to": [_plain(said.reply_to)] if said.reply_to else [],
    }


def _plain(handle: Handle) -> dict[str, str]:
    return {"namespace": handle.namespace, "value": handle.value, "display": handle.display}
