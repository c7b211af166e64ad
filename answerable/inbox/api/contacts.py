"""Contacts, as far as the viewer sees one of their cases. Who reads the details of one is kept in the read log."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Router, Schema

from answerable.cases import queries, uniting
from answerable.cases.models import Case
from answerable.conversations import knowing
from answerable.conversations.models import Basis, Contact, Identity, Link
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import Invalid
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


class BasisOut(Schema):
    """On what basis this person is known: `sort` is consent, contract or duty, `words` let somebody else check it."""

    id: int
    identity: str
    sort: str
    words: str
    at: datetime
    ended_at: datetime | None


class PuttingOnFile(Schema):
    """`value` is one of the person's names or addresses, as `GET /contacts/{pk}` tells them."""

    value: Words = Field(min_length=1, max_length=320)
    sort: Words = Field(description="One of consent, contract, duty.")
    words: Words = Field(min_length=1, max_length=400)


class EndingBasis(Schema):
    basis: Id


@router.get("/contacts/{pk}/bases", auth=Bearer(Right.READ_CASES), response=answers(list[BasisOut]))
def bases(request: Asked, pk: Id) -> list[BasisOut]:
    """On what basis this person is known, newest first; also those that ended."""
    contact = access.one(Contact, request.auth, pk=pk)
    found = access.rows(Basis, request.auth).filter(identity__contact=contact).select_related("identity")
    return [_based(each) for each in found.order_by("-pk")]


@router.post("/contacts/{pk}/bases", auth=Bearer(Right.ANSWER), response=answers(BasisOut))
def put_on_file(request: Asked, pk: Id, given: PuttingOnFile) -> BasisOut:
    """From now on what this person says in public about our topics is heard, although it names nobody."""
    contact = access.one(Contact, request.auth, pk=pk)
    identity = contact.identities.filter(value=given.value).first()
    if identity is None:
        raise Invalid("This person has no such name or address. Nothing was kept.", "value")
    return _based(knowing.put_on_file(identity, sort=given.sort, words=given.words, by=request.auth))


@router.post("/contacts/{pk}/bases/end", auth=Bearer(Right.ANSWER), response=answers(BasisOut))
def end_basis(request: Asked, pk: Id, given: EndingBasis) -> BasisOut:
    """From now on this person is not listened for on this basis."""
    contact = access.one(Contact, request.auth, pk=pk)
    basis = access.rows(Basis, request.auth).filter(pk=given.basis, identity__contact=contact).first()
    if basis is None:
        raise Invalid("This person is not known on such a basis. Nothing was changed.", "basis")
    knowing.end(basis, by=request.auth)
    basis.refresh_from_db()
    return _based(basis)


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


def _based(basis: Basis) -> BasisOut:
    return BasisOut(
        id=basis.pk,
        identity=basis.identity.value,
        sort=basis.sort,
        words=basis.words,
        at=basis.at,
        ended_at=basis.ended_at,
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
