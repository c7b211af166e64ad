"""Noting a call that no telephone system told of: by itself, or on a case."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema, Status

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.inbox.api.cases import CaseOut, Id, find, told
from answerable.inbox.api.door import Asked, Bearer, Key, Moment, Words, answers
from answerable.intake import noting_calls
from answerable.intake.noting_calls import Noted

router = Router(tags=["calls"])
LONGEST_WAIT = 24 * 60 * 60


class CallIn(Schema):
    """`waited` in seconds. Of a call `made_by_us` the number is the one that was called."""

    at: Moment
    number: Words = Field("", max_length=60)
    name: Words = Field("", max_length=200)
    made_by_us: bool = False
    abandoned: bool = False
    waited: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] | None = None
    summary: Words = ""
    product: Words = Field("", max_length=120)
    language: Words = Field("", max_length=10)
    source: Id | None = Field(None, description="The telephone line; where there is only one, it need not be named.")


class CallOnCase(CallIn):
    """`theirs`: whoever called is the customer of the case."""

    theirs: bool = True


class CallOut(Schema):
    """Where the call is; null where it waits for a mend, or lies in a case that is not the viewer's."""

    case: CaseOut | None


@router.post("/calls", auth=Bearer(Right.ANSWER), response=answers(CallOut, 201))
def note(request: Asked, given: CallIn, key: Key) -> Status[CallOut]:
    """It is filed like any other call. The same key again is the same call."""
    kept = noting_calls.note_call(_noted(given), key=key, source_id=given.source, by=request.auth)
    return Status(201, _where(kept, request.auth))


@router.post("/cases/{pk}/calls", auth=Bearer(Right.ANSWER), response=answers(CallOut, 201))
def note_on(request: Asked, pk: Id, given: CallOnCase, key: Key) -> Status[CallOut]:
    """The call is about this case. The same key again is the same call."""
    case, viewer = find(request.auth, pk), request.auth
    kept = noting_calls.note_call(
        _noted(given), key=key, source_id=given.source, case=case, theirs=given.theirs, by=viewer
    )
    return Status(201, _where(kept, viewer))


def _noted(given: CallIn) -> Noted:
    return Noted(**given.dict(exclude={"source", "theirs"}))


def _where(case: Case | None, viewer: Viewer) -> CallOut:
    seen = access.rows(Case, viewer).filter(pk=case.pk).exists() if case else False
    return CallOut(case=told(find(viewer, case.pk)) if case and seen else None)
