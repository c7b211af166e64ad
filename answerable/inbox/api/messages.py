"""Messages: what was said in a case, one message, search, and handing one in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db.models import prefetch_related_objects
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from answerable.cases import queries
from answerable.conversations import withdrawing
from answerable.conversations.models import Attachment, Identity, Message, Relevance
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Key, Searched, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first, number
from answerable.intake import handing_in
from answerable.intake.models import Envelope

router = Router(tags=["messages"])
HANGING = ("attachments", "reasons__basis", "reasons__version")
RELATED = ("author", "user", "conversation__source", "filing", "reply")


class Person(Schema):
    """Who said it: a name on one network."""

    namespace: str
    value: str
    display: str


class File(Schema):
    """Fetch it at /api/attachments/{id}."""

    id: int
    name: str
    media_type: str
    size: int


class ReasonOut(Schema):
    """Why it is here. `spans` are the places of `text` that show it, `facts` what shows it beside the text.

    `query` is the saved query that asked for it, in its version of this `number`. `topic` is of what somebody spoke who is known on the `ground`, a basis that is on file.
    """

    why: str
    query: int | None
    number: int | None
    topic: str
    ground: str | None
    spans: list[tuple[int, int]]
    facts: list[str]


class MessageOut(Schema):
    """`author` is somebody outside, `user` one of us. `reply` leads to how far an answer of ours came.

    `emptied_at` is when its words were removed because the network asks for that; `kept_because` says why they were not.
    """

    id: int
    case: int
    direction: str
    audience: str
    author: Person | None
    user: str | None
    source: int | None
    subject: str
    text: str
    quoted: str
    language: str
    marks: list[str]
    posted_at: datetime | None
    received_at: datetime
    withdrawn_at: datetime | None
    edited_at: datetime | None
    emptied_at: datetime | None
    kept_because: str
    why: str
    reasons: list[ReasonOut]
    reply: int | None
    attachments: list[File]


class Author(Schema):
    """One name of a person on one network, as the network compares it."""

    namespace: str = Field(pattern="^[a-z][a-z0-9_]{0,39}$", examples=["email"])
    value: Words = Field(min_length=1, max_length=320)
    display: Words = Field("", max_length=200)


class Enclosed(Schema):
    """A file of the message, in base64."""

    name: Words = Field(max_length=255)
    type: Words = Field("", max_length=120)
    base64: str


class HandedIn(Schema):
    """What somebody said where this house does not listen. `thread` keeps together what belongs together."""

    author: Author
    text: Words
    audience: Literal["public", "private"] = "private"
    subject: Words = Field("", max_length=400)
    posted_at: AwareDatetime | None = None
    thread: Words = Field("", max_length=300)
    language: Words = Field("", max_length=10)
    product: Words = Field("", max_length=120)
    attachments: list[Enclosed] = []


class KeepingWords(Schema):
    """Why the words are needed."""

    because: Words = Field(min_length=1, max_length=400)


class Stored(Schema):
    """It is stored and will be opened; /api/envelopes/{id} tells what became of it."""

    envelope: int
    received_at: datetime


@router.get("/cases/{pk}/messages", auth=Bearer(Right.READ_CASES), response=answers(Page[MessageOut]))
def of_case(request: Asked, pk: Id, cursor: Cursor = "", limit: Limit = 50) -> Page[MessageOut]:
    """What was said in a case, newest first."""
    case = find(request.auth, pk)
    reading.log("case", case.pk, by=request.auth)
    said = access.rows(Message, request.auth).filter(filing__case=case)
    found, next_ = newest_first(said.select_related(*RELATED).prefetch_related(*HANGING), cursor, limit)
    return Page[MessageOut](items=[told(message) for message in found], next=next_)


@router.get("/messages", auth=Bearer(Right.READ_CASES), response=answers(Page[MessageOut]))
def search(request: Asked, words: Searched, cursor: Cursor = "", limit: Limit = 50) -> Page[MessageOut]:
    """Messages that hold all the words, the last one as a beginning, newest first."""
    hits = queries.search(request.auth, words, rows=limit + 1, before=number(cursor))
    found = [hit.message for hit in hits[:limit]]
    prefetch_related_objects(found, *HANGING)
    next_ = str(found[-1].pk) if len(hits) > limit else None
    return Page[MessageOut](items=[told(message) for message in found], next=next_)


@router.get("/messages/{pk}", auth=Bearer(Right.READ_CASES), response=answers(MessageOut))
def read(request: Asked, pk: Id) -> MessageOut:
    message = access.one(Message, request.auth, pk=pk)
    reading.log("message", message.pk, by=request.auth)
    return told(message)


@router.post("/messages/{pk}/hold", auth=Bearer(Right.ANSWER), response=answers(MessageOut))
def hold(request: Asked, pk: Id, given: KeepingWords) -> MessageOut:
    """Keep its words, which the network would have removed: safety records need them."""
    message = access.one(Message, request.auth, pk=pk)
    withdrawing.hold(message, because=given.because, by=request.auth)
    message.refresh_from_db()
    return told(message)


@router.post("/messages", auth=Bearer(Right.HAND_IN), response=answers(Stored, 202))
def hand_in(request: Asked, given: HandedIn, key: Key, source: Id | None = None) -> Status[Stored]:
    """Hand in what somebody said. The same key again is the same envelope.

    It goes to `source`, a source of the kind "api"; where there is only one, it need not be named.
    """
    envelope: Envelope = handing_in.hand_in(request.body, key=key, source_id=source, by=request.auth)
    return Status(202, Stored(envelope=envelope.pk, received_at=envelope.received_at))


def told(message: Message) -> MessageOut:
    reply = getattr(message, "reply", None)
    return MessageOut(
        id=message.pk,
        case=message.filing.case_id,
        direction=message.direction,
        audience=message.audience,
        author=_person(message.author),
        user=message.user.name if message.user else None,
        source=message.conversation.source_id if message.conversation else None,
        subject=message.subject,
        text=message.text,
        quoted=message.quoted,
        language=message.language,
        marks=message.marks,
        posted_at=message.posted_at,
        received_at=message.received_at,
        withdrawn_at=message.withdrawn_at,
        edited_at=message.edited_at,
        emptied_at=message.emptied_at,
        kept_because=message.kept_because,
        why=message.filing.why,
        reasons=[_reason(each) for each in sorted(message.reasons.all(), key=lambda each: each.pk)],
        reply=reply.pk if reply else None,
        attachments=[_file(each) for each in message.attachments.all()],
    )


def _reason(each: Relevance) -> ReasonOut:
    return ReasonOut(
        why=each.why,
        query=each.version.query_id if each.version else None,
        number=each.version.number if each.version else None,
        topic=each.topic,
        ground=each.basis.sort if each.basis else None,
        spans=each.evidence.get("spans", []),
        facts=each.evidence.get("facts", []),
    )


def _person(author: Identity | None) -> Person | None:
    return Person(namespace=author.namespace, value=author.value, display=author.display) if author else None


def _file(each: Attachment) -> File:
    return File(id=each.pk, name=each.name, media_type=each.media_type, size=each.size)
