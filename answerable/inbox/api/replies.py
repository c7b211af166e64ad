"""Replies: putting one into the outbox, seeing how far it came, and a person's word on an unknown outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Router, Schema, Status

from answerable.cases.models import Deflection
from answerable.core import access
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Key, Words, answers
from answerable.replies import answering, posting, settling, taking_back
from answerable.replies.models import Attempt, Reply, TakingBack, WordingVersion

router = Router(tags=["replies"])


class Answer(Schema):
    """Without `to` it goes to the customer of the case."""

    text: Words
    audience: Literal["public", "private"] = "private"
    to: list[Words] = Field([], max_length=20)
    cc: list[Words] = Field([], max_length=20)
    not_deflection: Words = Field(
        "", max_length=400, description="Why it sends nobody elsewhere, although its words look like it."
    )
    wording: Id | None = Field(None, description="The version of a wording that it says, or that its words left.")


class AttemptOut(Schema):
    """One try to send it; from `handed_over_at` on it may have gone out."""

    number: int
    state: str
    started_at: datetime
    handed_over_at: datetime | None
    ended_at: datetime | None
    words: str


class DeflectionOut(Schema):
    """Words of an answer that send the person elsewhere. Unless `refuted` says why not, it counts as no answer."""

    phrase: str
    language: str
    words: str
    refuted: str


class TakingBackOut(Schema):
    """`done_at` is when it was gone from its channel. `ended_at` without it: the channel refused; `trouble` says why."""

    because: str
    user: str | None
    at: datetime
    tries: int
    trouble: str
    done_at: datetime | None
    ended_at: datetime | None


class ReplyOut(Schema):
    """`unknown` means that it may have gone out: look on the channel, and say so at `outcome`.

    `by_hand` waits until a person posted it at `place`: say at `posting` where it stands, which is its `external_id` then.
    """

    id: int
    case: int
    message: int
    audience: str
    text: str
    recipients: list[str]
    state: str
    trouble: str
    external_id: str
    place: str
    next_try_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    wording: int | None
    taking_back: TakingBackOut | None
    attempts: list[AttemptOut]
    deflections: list[DeflectionOut]


class Reason(Schema):
    """Why it is taken back."""

    because: Words = Field(min_length=1, max_length=400)


class Outcome(Schema):
    """Did it arrive? If not, it goes out again."""

    arrived: bool


class Posting(Schema):
    """The web address at which the answer stands, where a person posted it."""

    address: Words


@router.post("/cases/{pk}/replies", auth=Bearer(Right.ANSWER), response=answers(ReplyOut, 201))
def answer(request: Asked, pk: Id, given: Answer, key: Key) -> Status[ReplyOut]:
    """Put an answer into the outbox. The same key again is the same answer, and it goes out once."""
    viewer = request.auth
    version = access.one(WordingVersion, viewer, pk=given.wording) if given.wording else None
    reply = answering.answer(
        find(viewer, pk),
        text=given.text,
        audience=given.audience,
        to=given.to,
        cc=given.cc,
        not_deflection=given.not_deflection,
        wording=version,
        key=f"api:{viewer.user_id}:{key}",
        by=viewer,
    )
    return Status(201, _told(reply))


@router.get("/replies/{pk}", auth=Bearer(Right.READ_CASES), response=answers(ReplyOut))
def read(request: Asked, pk: Id) -> ReplyOut:
    return _told(access.one(Reply, request.auth, pk=pk))


@router.put("/replies/{pk}/outcome", auth=Bearer(Right.ANSWER), response=answers(ReplyOut))
def settle(request: Asked, pk: Id, given: Outcome) -> ReplyOut:
    """A person looked at the channel and says whether an answer of unknown outcome is there."""
    reply = access.one(Reply, request.auth, pk=pk)
    return _told(settling.settle(reply, arrived=given.arrived, by=request.auth))


@router.put("/replies/{pk}/posting", auth=Bearer(Right.ANSWER), response=answers(ReplyOut))
def posted(request: Asked, pk: Id, given: Posting) -> ReplyOut:
    """A person posted an answer by hand, where no program may, and says where it stands."""
    reply = access.one(Reply, request.auth, pk=pk)
    return _told(posting.confirm(reply, address=given.address, by=request.auth))


@router.delete("/replies/{pk}/posting", auth=Bearer(Right.ANSWER), response=answers(ReplyOut))
def take_back(request: Asked, pk: Id) -> ReplyOut:
    """An answer that waits to be posted by hand is not going to be."""
    reply = access.one(Reply, request.auth, pk=pk)
    return _told(posting.take_back(reply, by=request.auth))


@router.post("/replies/{pk}/taking-back", auth=Bearer(Right.ANSWER), response=answers(ReplyOut, 202))
def remove(request: Asked, pk: Id, given: Reason) -> Status[ReplyOut]:
    """Take an answer of ours back from its channel, where the channel lets us. It stays in the case, with the reason."""
    reply = access.one(Reply, request.auth, pk=pk)
    taking_back.ask(reply, because=given.because, by=request.auth)
    return Status(202, _told(access.one(Reply, request.auth, pk=pk)))


def _told(reply: Reply) -> ReplyOut:
    message = reply.message
    people = [*message.recipients.get("to", []), *message.recipients.get("cc", [])]
    return ReplyOut(
        id=reply.pk,
        case=reply.case_id,
        message=reply.message_id,
        audience=message.audience,
        text=message.text,
        recipients=[person["value"] for person in people],
        state=reply.state,
        trouble=reply.trouble,
        external_id=reply.external_id,
        place=reply.place,
        next_try_at=reply.next_try_at,
        created_at=reply.created_at,
        settled_at=reply.settled_at,
        wording=reply.wording_id,
        taking_back=_taking_back(getattr(reply, "taking_back", None)),
        attempts=[_attempt(each) for each in reply.attempts.order_by("number")],
        deflections=[_deflection(each) for each in message.deflections.order_by("pk")],
    )


def _taking_back(asked: TakingBack | None) -> TakingBackOut | None:
    if asked is None:
        return None
    return TakingBackOut(
        because=asked.because,
        user=asked.user.name if asked.user else None,
        at=asked.at,
        tries=asked.tries,
        trouble=asked.trouble,
        done_at=asked.done_at,
        ended_at=asked.ended_at,
    )


def _deflection(each: Deflection) -> DeflectionOut:
    return DeflectionOut(phrase=each.phrase, language=each.language, words=each.words, refuted=each.refuted)


def _attempt(each: Attempt) -> AttemptOut:
    return AttemptOut(
        number=each.number,
        state=each.state,
        started_at=each.started_at,
        handed_over_at=each.handed_over_at,
        ended_at=each.ended_at,
        words=each.words,
    )
