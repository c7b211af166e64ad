"""Wordings: what may be said, in which language, by whose approval and until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Searched, Words, answers
from answerable.replies import proposing, vouching, wordings
from answerable.replies.models import Wording, WordingVersion

router = Router(tags=["wordings"])


class WordingIn(Schema):
    """A wording without any version yet. Without a product it is about any, without a market for all."""

    code: Words
    title: Words
    audience: Literal["public", "private", "anywhere"]
    product: Words = ""
    market: Words = ""
    topic: Words = ""


class VersionIn(Schema):
    """`{name}`, `{number}` and `{agent}` in the text are filled when it is put into an answer."""

    language: Words
    text: Words
    because: Words = Field(description="Why it is written, or written anew.")
    valid_from: date
    valid_to: date
    sources: Words = ""


class WordingDecision(Schema):
    """What another person than the writer says: nothing is withdrawn that was not approved."""

    decision: Literal["approve", "decline", "withdraw"]
    because: Words = Field("", max_length=400, description="Needed to decline or withdraw.")


class VersionOut(Schema):
    id: int
    code: str
    product: str
    market: str
    audience: str
    language: str
    number: int
    text: str
    digest: str
    sources: str
    because: str
    valid_from: date
    valid_to: date
    state: str
    writer: str
    at: datetime
    approver: str | None
    approved_at: datetime | None
    decided_because: str
    withdrawn_at: datetime | None
    withdrawn_because: str


class WordingOut(WordingIn):
    id: int
    versions: list[VersionOut]


class FittingOut(VersionOut):
    """`filled` is the text with its places filled for the case."""

    filled: str


@router.get("/wordings", auth=Bearer(Right.READ_CASES), response=answers(list[WordingOut]))
def index(request: Asked) -> list[WordingOut]:
    """All wordings, with every version of each."""
    return [_told(each) for each in access.rows(Wording, request.auth).order_by("code")]


@router.post("/wordings", auth=Bearer(Right.WRITE_WORDINGS), response=answers(WordingOut, 201))
def begin(request: Asked, given: WordingIn) -> Status[WordingOut]:
    return Status(201, _told(proposing.begin(**given.dict(), by=request.auth)))


@router.get("/wordings/{pk}", auth=Bearer(Right.READ_CASES), response=answers(WordingOut))
def read(request: Asked, pk: Id) -> WordingOut:
    return _told(access.one(Wording, request.auth, pk=pk))


@router.post("/wordings/{pk}/versions", auth=Bearer(Right.WRITE_WORDINGS), response=answers(VersionOut, 201))
def propose(request: Asked, pk: Id, given: VersionIn) -> Status[VersionOut]:
    """The next version in a language. It may be said once another person approved it."""
    wording = access.one(Wording, request.auth, pk=pk)
    return Status(201, _version(proposing.propose(wording, **given.dict(), by=request.auth)))


@router.put("/wording-versions/{pk}/decision", auth=Bearer(Right.APPROVE_WORDINGS), response=answers(VersionOut))
def decide(request: Asked, pk: Id, given: WordingDecision) -> VersionOut:
    """Nobody decides on a version of their own, except to withdraw it."""
    version, because = access.one(WordingVersion, request.auth, pk=pk), given.because
    if given.decision == "approve":
        return _version(vouching.approve(version, because=because, by=request.auth))
    if given.decision == "decline":
        return _version(vouching.decline(version, because=because, by=request.auth))
    return _version(vouching.withdraw(version, because=because, by=request.auth))


@router.get("/cases/{pk}/wordings", auth=Bearer(Right.ANSWER), response=answers(list[FittingOut]))
def fitting(request: Asked, pk: Id, words: Searched = "") -> list[FittingOut]:
    """What may be said now and fits a case, best first."""
    case, viewer = find(request.auth, pk), request.auth
    found = wordings.for_case(case, viewer, words=words)
    return [FittingOut(**_version(each).dict(), filled=wordings.filled(each, case, by=viewer)) for each in found]


def _told(wording: Wording) -> WordingOut:
    names = ("code", "title", "audience", "product", "market", "topic")
    versions = wording.versions.select_related("wording", "user", "approver").order_by("language", "number")
    facts = {name: getattr(wording, name) for name in names}
    return WordingOut(id=wording.pk, versions=[_version(each) for each in versions], **facts)


def _version(each: WordingVersion) -> VersionOut:
    about = {name: getattr(each.wording, name) for name in ("code", "product", "market", "audience")}
    own = ("language", "number", "text", "digest", "sources", "because", "valid_from", "valid_to", "state", "at")
    decided = ("approved_at", "decided_because", "withdrawn_at", "withdrawn_because")
    return VersionOut(
        id=each.pk,
        writer=each.user.name,
        approver=each.approver.name if each.approver else None,
        **about,
        **{name: getattr(each, name) for name in (*own, *decided)},
    )
