"""Contacts, as far as the viewer sees one of their cases. Who reads the details of one is kept in the read log."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from answerable.cases import queries
from answerable.cases.models import Case
from answerable.conversations.models import Contact, Identity
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, Named
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first

router = Router(tags=["contacts"])


class IdentityOut(Schema):
    """One handle, address or number, and on what evidence it is held to be theirs."""

    namespace: str
    value: str
    display: str
    evidence: str
    unreachable_at: datetime | None
    unreachable_because: str


class ContactOut(Named):
    language: str
    identities: list[IdentityOut]
    cases: list[int]


@router.get("/contacts", auth=Bearer(Right.READ_CASES), response=answers(Page[Named]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[Named]:
    found, next_ = newest_first(queries.contacts(request.auth), cursor, limit)
    return Page[Named](items=[Named(id=each.pk, name=each.name) for each in found], next=next_)


@router.get("/contacts/{pk}", auth=Bearer(Right.READ_CASES), response=answers(ContactOut))
def read(request: Asked, pk: Id) -> ContactOut:
    contact = access.one(Contact, request.auth, pk=pk)
    reading.log("contact", contact.pk, by=request.auth)
    cases = access.rows(Case, request.auth).filter(contact=contact).order_by("-pk")
    return ContactOut(
        id=contact.pk,
        name=contact.name,
        language=contact.language,
        identities=[_told(each) for each in contact.identities.order_by("pk")],
        cases=list(cases.values_list("pk", flat=True)[:200]),
    )


def _told(identity: Identity) -> IdentityOut:
    return IdentityOut(
        namespace=identity.namespace,
        value=identity.value,
        display=identity.display,
        evidence=identity.evidence,
        unreachable_at=identity.unreachable_at,
        unreachable_because=identity.unreachable_because,
    )
