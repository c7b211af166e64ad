"""Contacts, as far as the viewer sees one of their cases. Who reads the details of one is kept in the read log."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Router, Schema

from answerable.cases import queries, uniting
from answerable.cases.models import Case
from answerable.conversations.models import Contact, Identity, Link
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox import hints
from answerable.inbox.api.cases import Id, Named
from answerable.inbox.api.door import Asked, Bearer, Words, answers
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


class LinkOut(Schema):
    """`joined` is, or may be, the same person as `kept`. State: suggested, confirmed, declined, undone."""

    id: int
    kept: Named
    joined: Named
    evidence: str
    strength: str
    words: str
    state: str
    reason: str


class DecidingOnLink(Schema):
    link: Id
    decision: Words = Field(description="One of confirm, decline, undo.")
    reason: Words = ""


@router.get("/contacts/{pk}/links", auth=Bearer(Right.READ_CASES), response=answers(list[LinkOut]))
def links(request: Asked, pk: Id) -> list[LinkOut]:
    """Who else this person may be, or is, and on what evidence."""
    contact = access.one(Contact, request.auth, pk=pk)
    return [_linked(each) for each in hints.links(contact, request.auth)]


@router.post("/contacts/{pk}/links", auth=Bearer(Right.ANSWER), response=answers(LinkOut))
def decide(request: Asked, pk: Id, given: DecidingOnLink) -> LinkOut:
    """Confirm or decline a link, or take two people apart again."""
    link = hints.link(access.one(Contact, request.auth, pk=pk), given.link, request.auth)
    return _linked(uniting.decide(link, given.decision, reason=given.reason, by=request.auth))


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


def _linked(link: Link) -> LinkOut:
    return LinkOut(
        id=link.pk,
        kept=Named(id=link.kept.pk, name=link.kept.name),
        joined=Named(id=link.joined.pk, name=link.joined.name),
        evidence=link.evidence,
        strength=link.strength,
        words=link.words,
        state=link.state,
        reason=link.reason,
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
