"""The own draft in a case."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Router, Schema, Status

from answerable.core.access import Right
from answerable.core.errors import NotThere
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.replies import drafting
from answerable.replies.models import Draft

router = Router(tags=["drafts"])


class DraftIn(Schema):
    text: Words
    audience: Literal["public", "private", "internal"] = "private"
    to: list[Words] = Field([], max_length=20)
    cc: list[Words] = Field([], max_length=20)


class DraftOut(Schema):
    text: str
    audience: str
    to: list[str]
    cc: list[str]
    saved_at: datetime


@router.get("/cases/{pk}/draft", auth=Bearer(Right.READ_CASES), response=answers(DraftOut))
def read(request: Asked, pk: Id) -> DraftOut:
    draft = drafting.of(find(request.auth, pk), by=request.auth)
    if draft is None:
        raise NotThere("You have no draft in this case.")
    return _told(draft)


@router.put("/cases/{pk}/draft", auth=Bearer(Right.ANSWER), response=answers(DraftOut))
def save(request: Asked, pk: Id, given: DraftIn) -> DraftOut:
    """Keep a draft; the one before is replaced."""
    case = find(request.auth, pk)
    return _told(
        drafting.save(case, text=given.text, audience=given.audience, to=given.to, cc=given.cc, by=request.auth)
    )


@router.delete("/cases/{pk}/draft", auth=Bearer(Right.ANSWER), response=answers(None, 204))
def discard(request: Asked, pk: Id) -> Status[None]:
    drafting.discard(find(request.auth, pk), by=request.auth)
    return Status(204, None)


def _told(draft: Draft) -> DraftOut:
    return DraftOut(text=draft.text, audience=draft.audience, to=draft.to, cc=draft.cc, saved_at=draft.saved_at)
