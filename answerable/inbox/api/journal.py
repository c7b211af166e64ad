"""The journal, newest first, with the hashes that prove it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from answerable.core import access
from answerable.core.access import Right
from answerable.core.models import Event
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first

router = Router(tags=["journal"])


class EventOut(Schema):
    """One line: who (`user`, or the `part` of the house that acted by rule) did what, and its place in its chain."""

    id: int
    chain: str
    seq: int
    kind: str
    at: datetime
    user: int | None
    part: str
    case: int | None
    team: int | None
    data: dict[str, Any]
    before: str
    hash: str


@router.get("/journal", auth=Bearer(Right.SEE_JOURNAL), response=answers(Page[EventOut]))
def index(
    request: Asked, case: Id | None = None, kind: Words = "", cursor: Cursor = "", limit: Limit = 50
) -> Page[EventOut]:
    events = access.rows(Event, request.auth)
    events = events.filter(case_id=case) if case else events
    found, next_ = newest_first(events.filter(kind=kind) if kind else events, cursor, limit)
    return Page[EventOut](items=[_told(event) for event in found], next=next_)


def _told(event: Event) -> EventOut:
    return EventOut(
        id=event.pk,
        chain=event.chain,
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        user=event.user_id,
        part=event.part,
        case=event.case_id,
        team=event.team_id,
        data=event.data,
        before=event.before,
        hash=event.hash,
    )
