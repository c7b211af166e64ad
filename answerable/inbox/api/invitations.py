"""Inviting from public to private, and taking an invitation back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from answerable.cases import inviting
from answerable.cases.models import Invitation
from answerable.channels.contract import Audience
from answerable.core import access
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.replies import answering

router = Router(tags=["invitations"])


class InvitationOut(Schema):
    """Once it is claimed its code opens nothing any more."""

    id: int
    case: int
    at: datetime
    expires_at: datetime
    claimed_at: datetime | None
    revoked_at: datetime | None
    misused: int


class InvitedOut(InvitationOut):
    """`sentence` is safe to stand in public; put it into an answer. Its code is told here and nowhere again."""

    code: str
    link: str
    sentence: str


@router.get("/cases/{pk}/invitations", auth=Bearer(Right.READ_CASES), response=answers(list[InvitationOut]))
def index(request: Asked, pk: Id) -> list[InvitationOut]:
    made = access.rows(Invitation, request.auth).filter(case=find(request.auth, pk)).order_by("-pk")
    return [InvitationOut(**_facts(each)) for each in made]


@router.post("/cases/{pk}/invitations", auth=Bearer(Right.ANSWER), response=answers(InvitedOut, 201))
def invite(request: Asked, pk: Id) -> Status[InvitedOut]:
    """Invite whoever spoke in public to go on in private."""
    case = find(request.auth, pk)
    place = answering.place(case, Audience.PUBLIC)
    if place is None:
        raise Invalid("Nobody spoke in public here. Nobody was invited. Answer privately.", "conversation")
    made = inviting.invite(case, conversation=place, by=request.auth)
    facts = _facts(made.invitation)
    return Status(201, InvitedOut(**facts, code=made.code, link=made.link, sentence=made.sentence))


@router.get("/invitations/{pk}", auth=Bearer(Right.READ_CASES), response=answers(InvitationOut))
def read(request: Asked, pk: Id) -> InvitationOut:
    return InvitationOut(**_facts(access.one(Invitation, request.auth, pk=pk)))


@router.delete("/invitations/{pk}", auth=Bearer(Right.ANSWER), response=answers(InvitationOut))
def end(request: Asked, pk: Id) -> InvitationOut:
    invitation = access.one(Invitation, request.auth, pk=pk)
    inviting.revoke(invitation, by=request.auth)
    return InvitationOut(**_facts(invitation))


def _facts(made: Invitation) -> dict[str, Any]:
    return {
        "id": made.pk,
        "case": made.case_id,
        "at": made.at,
        "expires_at": made.expires_at,
        "claimed_at": made.claimed_at,
        "revoked_at": made.revoked_at,
        "misused": made.misused_count,
    }
