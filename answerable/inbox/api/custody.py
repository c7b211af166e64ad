"""Custody beside transfers: what is next, putting a case aside, standing by it, pushing it, and what one was told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Router, Schema, Status

from answerable.cases import accompanying, custody_queries, dealing, snoozing
from answerable.cases.models import Follower, Notice, Push, Snooze
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import NotThere
from answerable.core.models import User
from answerable.inbox.api.cases import CaseOut, Id, Named, find, told
from answerable.inbox.api.door import Asked, Bearer, Moment, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first

router = Router(tags=["custody"])


class NextOut(Schema):
    """The case that is held now; null when nothing waits in one's queues that fits."""

    case: CaseOut | None


class Snoozing(Schema):
    """No clock stands still. It wakes by itself, when the customer writes, and when a clock warns."""

    until: Moment
    reason: Words


class Waiting(Schema):
    """`who` names somebody else; `until` is when we expect it. It ends when somebody writes, and at that moment."""

    whom: Literal["customer", "third_party"]
    until: Moment
    reason: Words
    who: Words = Field("", max_length=120)


class SnoozeOut(Schema):
    """`waiting_for` is a date, the customer, or a third_party, whom `who` names."""

    waiting_for: str
    who: str
    until: datetime
    reason: str
    at: datetime


class Following(Schema):
    """Without `user` it is oneself."""

    user: Id | None = None


class FollowerOut(Schema):
    user: Named
    at: datetime


class Saying(Schema):
    text: Words


class PushOut(Schema):
    """An empty `answer` with a time is an answer to the customer."""

    id: int
    case: int
    user: Named
    text: str
    at: datetime
    answer_by: datetime
    answered_at: datetime | None
    answer: str


class NoticeOut(Schema):
    """`kind` names what one was told; opening the case on the screen makes it seen."""

    id: int
    case: int
    kind: str
    at: datetime
    seen_at: datetime | None


@router.post("/next", auth=Bearer(Right.ANSWER), response=answers(NextOut))
def take_next(request: Asked) -> NextOut:
    """Take the case that is due first in one's queues and fits one's skills."""
    case = dealing.next_for(by=request.auth)
    return NextOut(case=told(find(request.auth, case.pk)) if case else None)


@router.get("/cases/{pk}/snooze", auth=Bearer(Right.READ_CASES), response=answers(SnoozeOut))
def snoozed(request: Asked, pk: Id) -> SnoozeOut:
    found = custody_queries.snooze_of(find(request.auth, pk), request.auth)
    if found is None:
        raise NotThere("The case is awake.")
    return _asleep(found)


@router.put("/cases/{pk}/snooze", auth=Bearer(Right.ANSWER), response=answers(SnoozeOut))
def snooze(request: Asked, pk: Id, given: Snoozing) -> SnoozeOut:
    case = find(request.auth, pk)
    return _asleep(snoozing.snooze(case, until=given.until, reason=given.reason, by=request.auth))


@router.put("/cases/{pk}/wait", auth=Bearer(Right.ANSWER), response=answers(SnoozeOut))
def wait(request: Asked, pk: Id, given: Waiting) -> SnoozeOut:
    """We can do nothing before somebody else does. /api/cases/{pk}/snooze tells of it, and ends it."""
    return _asleep(snoozing.wait(find(request.auth, pk), **given.dict(), by=request.auth))


@router.delete("/cases/{pk}/snooze", auth=Bearer(Right.ANSWER), response=answers(CaseOut))
def wake(request: Asked, pk: Id) -> CaseOut:
    return told(snoozing.wake(find(request.auth, pk), by=request.auth))


@router.get("/cases/{pk}/followers", auth=Bearer(Right.READ_CASES), response=answers(list[FollowerOut]))
def followers(request: Asked, pk: Id) -> list[FollowerOut]:
    return [_follows(each) for each in custody_queries.followers(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/followers", auth=Bearer(Right.READ_CASES), response=answers(FollowerOut, 201))
def follow(request: Asked, pk: Id, given: Following) -> Status[FollowerOut]:
    """Let somebody stand by the case: they see it from now on, and may push it."""
    case = find(request.auth, pk)
    return Status(201, _follows(accompanying.follow(case, user=_whom(given.user, request.auth), by=request.auth)))


@router.delete("/cases/{pk}/followers", auth=Bearer(Right.READ_CASES), response=answers(None, 204))
def unfollow(request: Asked, pk: Id, user: Id | None = None) -> Status[None]:
    case = find(request.auth, pk)
    accompanying.unfollow(case, user=_whom(user, request.auth), by=request.auth)
    return Status(204, None)


@router.get("/cases/{pk}/pushes", auth=Bearer(Right.READ_CASES), response=answers(list[PushOut]))
def pushes(request: Asked, pk: Id) -> list[PushOut]:
    """What followers asked for, newest first."""
    return [_pushed(each) for each in custody_queries.pushes(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/pushes", auth=Bearer(Right.READ_CASES), response=answers(PushOut, 201))
def push(request: Asked, pk: Id, given: Saying) -> Status[PushOut]:
    """Ask for movement; who follows the case may. The holder owes a word by `answer_by`."""
    return Status(201, _pushed(accompanying.push(find(request.auth, pk), text=given.text, by=request.auth)))


@router.post("/pushes/{pk}/answer", auth=Bearer(Right.ANSWER), response=answers(PushOut))
def answer(request: Asked, pk: Id, given: Saying) -> PushOut:
    return _pushed(accompanying.answer(access.one(Push, request.auth, pk=pk), text=given.text, by=request.auth))


@router.get("/notices", auth=Bearer(Right.READ_CASES), response=answers(Page[NoticeOut]))
def notices(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[NoticeOut]:
    """What this member was told."""
    found, next_ = newest_first(custody_queries.notices(request.auth), cursor, limit)
    return Page[NoticeOut](items=[_noticed(each) for each in found], next=next_)


def _whom(user: int | None, viewer: Viewer) -> User | None:
    return access.one(User, viewer, pk=user) if user else None


def _asleep(made: Snooze) -> SnoozeOut:
    return SnoozeOut(waiting_for=made.waiting_for, who=made.who, until=made.until, reason=made.reason, at=made.at)


def _follows(made: Follower) -> FollowerOut:
    return FollowerOut(user=Named(id=made.user_id, name=made.user.name), at=made.at)


def _pushed(made: Push) -> PushOut:
    return PushOut(
        id=made.pk,
        case=made.case_id,
        user=Named(id=made.user_id, name=made.user.name),
        text=made.text,
        at=made.at,
        answer_by=made.answer_by,
        answered_at=made.answered_at,
        answer=made.answer,
    )


def _noticed(each: Notice) -> NoticeOut:
    return NoticeOut(id=each.pk, case=each.case_id, kind=each.kind, at=each.at, seen_at=each.seen_at)
