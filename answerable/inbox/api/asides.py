"""What words found, weighed: kept or set aside, on which signs; what people say of it; samples and what they measure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right
from answerable.inbox import asides
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.intake import learning, opining, queries, sampling
from answerable.intake.models import Lesson, Sample, Weighed

router = Router(tags=["listening"])
Sorts = Literal["spam", "machine", "giveaway", "other_meaning", "copy"]


class SignOut(Schema):
    """`spans` count characters of the text, from and to; `name` is a sign, or a word of another meaning."""

    name: str
    weight: float
    spans: list[tuple[int, int]]


class WeighedOut(Schema):
    """`sort` is empty where it was kept. `text` and `author` are there while it is set aside and not emptied.

    `first` is the post that this one is a copy of, and `copies` how many copies of it came. `says` is what a person called it.
    """

    id: int
    envelope: int
    source: int
    at: datetime
    sort: str
    score: float
    evidence: list[SignOut]
    first: int | None
    copies: int
    versions: list[int]
    author: str
    text: str
    case: int | None
    says: str
    taken_back_at: datetime | None
    emptied_at: datetime | None


class OpinionIn(Schema):
    """`ours` takes it back: it becomes a message and a case."""

    says: Literal["ours", "spam", "machine", "giveaway", "other_meaning", "copy", "unsure"]


class ShareOut(Schema):
    """As it was seen, and between what it lies, at 95 %."""

    seen: float
    low: float
    high: float


class SampleOut(Schema):
    """`left` are unread; precision and recall are null until all of it was read, and where there was nothing to see them on."""

    id: int
    at: datetime
    since: datetime
    aside: int
    kept: int
    left: int
    precision: ShareOut | None
    recall: ShareOut | None


class LessonOut(Schema):
    """`holds` is true for the one that is in force. A `gate` of null is one that nothing reaches."""

    id: int
    at: datetime
    sort: str
    query: int | None
    source: int | None
    gate: float | None
    words: dict[str, float]
    stood_on: dict[str, Any]
    user: int | None
    holds: bool


class WordIn(Schema):
    word: Words


@router.get("/weighed", auth=Bearer(Right.READ_CASES), response=answers(Page[WeighedOut]))
def index(request: Asked, sort: Sorts | None = None, cursor: Cursor = "", limit: Limit = 50) -> Page[WeighedOut]:
    """What was set aside, newest first."""
    found, next_ = newest_first(queries.aside(request.auth, sort or ""), cursor, limit)
    return Page[WeighedOut](items=[_told(each) for each in asides.shown(found, request.auth)], next=next_)


@router.get("/weighed/{pk}", auth=Bearer(Right.READ_CASES), response=answers(WeighedOut))
def read(request: Asked, pk: Id) -> WeighedOut:
    """Also one that was kept."""
    row = access.one(Weighed, request.auth, pk=pk)
    return _told(asides.shown([row], request.auth)[0])


@router.put("/weighed/{pk}/opinion", auth=Bearer(Right.ANSWER), response=answers(WeighedOut))
def say(request: Asked, pk: Id, given: OpinionIn) -> WeighedOut:
    """Say what it is. What was set aside and is ours becomes a case."""
    opining.say(access.one(Weighed, request.auth, pk=pk), given.says, by=request.auth)
    return read(request, pk)


@router.get("/weighed-samples", auth=Bearer(Right.READ_CASES), response=answers(list[SampleOut]))
def samples(request: Asked) -> list[SampleOut]:
    return [_sample(each) for each in asides.measured(request.auth)]


@router.post("/weighed-samples", auth=Bearer(Right.ANSWER), response=answers(SampleOut, 201))
def draw(request: Asked) -> Status[SampleOut]:
    """Draw by lot from what was weighed in seven days."""
    return Status(201, _sample(asides.measure(sampling.draw(by=request.auth))))


@router.get("/weighed-samples/{pk}/unread", auth=Bearer(Right.READ_CASES), response=answers(list[int]))
def unread(request: Asked, pk: Id) -> list[int]:
    """What is left to be read, in an order that does not tell what the house thought of it."""
    return [each.weighed_id for each in sampling.unread(access.one(Sample, request.auth, pk=pk))]


@router.get("/lessons", auth=Bearer(Right.READ_CASES), response=answers(Page[LessonOut]))
def lessons(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[LessonOut]:
    """Every change that verdicts made to what is set aside."""
    found, next_ = newest_first(queries.lessons(request.auth), cursor, limit)
    holds = queries.holding(request.auth)
    return Page[LessonOut](items=[_lesson(each, holds=each.pk in holds) for each in found], next=next_)


@router.post("/lessons/{pk}/forgotten", auth=Bearer(Right.MANAGE_RULES), response=answers(LessonOut, 201))
def forget(request: Asked, pk: Id, given: WordIn) -> Status[LessonOut]:
    """A word is no sign of another meaning; it is not learned again."""
    lesson = learning.forget_word(access.one(Lesson, request.auth, pk=pk), given.word, by=request.auth)
    return Status(201, _lesson(lesson, holds=True))


def _told(shown: asides.Shown) -> WeighedOut:
    row = shown.row
    return WeighedOut(
        **{name: getattr(row, name) for name in PLAIN},
        envelope=row.envelope_id,
        source=row.source_id,
        first=row.first_id,
        evidence=[SignOut(**each) for each in row.evidence],
        copies=shown.copies,
        case=shown.case.pk if shown.case else None,
        says=shown.says,
    )


PLAIN = ("id", "at", "sort", "score", "versions", "author", "text", "taken_back_at", "emptied_at")


def _sample(told: asides.Measured) -> SampleOut:
    sample, figures = told.sample, told.figures
    facts = {name: getattr(sample, name) for name in ("id", "at", "since", "aside", "kept")}
    precision, recall = (figures.precision, figures.recall) if figures else (None, None)
    return SampleOut(**facts, left=told.left, precision=_share(precision), recall=_share(recall))


def _share(share: sampling.Share | None) -> ShareOut | None:
    return ShareOut(seen=share[0], low=share[1], high=share[2]) if share else None


def _lesson(lesson: Lesson, *, holds: bool) -> LessonOut:
    facts: dict[str, Any] = {name: getattr(lesson, name) for name in ("id", "at", "sort", "gate", "words", "stood_on")}
    facts |= {"query": lesson.query_id, "source": lesson.source_id, "user": lesson.user_id}
    return LessonOut(**facts, holds=holds)
