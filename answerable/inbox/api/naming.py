"""The people on a case, and what is known of one: another address, the channel on which they want to hear from us."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Router, Schema, Status

from answerable.cases import naming
from answerable.cases.models import Party
from answerable.channels.models import Source
from answerable.conversations import linking
from answerable.conversations.models import Contact
from answerable.core import access
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox import asked
from answerable.inbox.api.cases import Id, Named, find
from answerable.inbox.api.door import Asked, Bearer, Words, answers

router = Router(tags=["contacts"])


class PartyOut(Schema):
    """`relation` is what this person is to the one who reports, in that person's words."""

    id: int
    contact: Named
    role: str
    relation: str
    minor: bool
    ended_at: datetime | None


class PartyIn(Schema):
    """A `contact` that we know, or by `name` somebody who never wrote to us."""

    role: Words = Field(description=f"One of {', '.join(Party.Role.values)}.")
    contact: Id | None = None
    name: Words = ""
    relation: Words = ""
    minor: bool = False


class Ending(Schema):
    party: Id


class IdentityIn(Schema):
    """Another address of this person, on the word of the token's member."""

    namespace: Words
    value: Words
    words: Words = ""


class AddedOut(Schema):
    """With `suggested` somebody else has the address: that link says that the two may be one person."""

    suggested: int | None


class ChannelIn(Schema):
    """Empty for the channel that they used last."""

    channel: Words = Field("", max_length=40)


@router.get("/cases/{pk}/parties", auth=Bearer(Right.READ_CASES), response=answers(list[PartyOut]))
def index(request: Asked, pk: Id) -> list[PartyOut]:
    """Everybody who stands or stood on the case."""
    named = access.rows(Party, request.auth).filter(case=find(request.auth, pk))
    return [_told(each) for each in named.select_related("contact").order_by("pk")]


@router.post("/cases/{pk}/parties", auth=Bearer(Right.ANSWER), response=answers(PartyOut, 201))
def add(request: Asked, pk: Id, given: PartyIn) -> Status[PartyOut]:
    case, viewer = find(request.auth, pk), request.auth
    contact = asked.one(Contact, viewer, "contact", pk=given.contact) if given.contact else None
    facts = given.dict(exclude={"contact"})
    return Status(201, _told(naming.add_party(case, contact=contact, by=viewer, **facts)))


@router.post("/cases/{pk}/parties/end", auth=Bearer(Right.ANSWER), response=answers(PartyOut))
def end(request: Asked, pk: Id, given: Ending) -> PartyOut:
    """Take a person off the case; that they stood there is kept."""
    case, viewer = find(request.auth, pk), request.auth
    return _told(naming.end_party(asked.one(Party, viewer, "party", pk=given.party, case=case), by=viewer))


@router.post("/contacts/{pk}/identities", auth=Bearer(Right.ANSWER), response=answers(AddedOut, 201))
def add_identity(request: Asked, pk: Id, given: IdentityIn) -> Status[AddedOut]:
    contact, viewer = access.one(Contact, request.auth, pk=pk), request.auth
    if given.namespace not in {source.spec.reaches or source.kind for source in access.rows(Source, viewer)}:
        raise Invalid("Choose what sort of address it is. Nothing was added.", "namespace")
    link = linking.add(contact, given.namespace, given.value, words=given.words, by=viewer)
    return Status(201, AddedOut(suggested=link.pk if link else None))


@router.put("/contacts/{pk}/channel", auth=Bearer(Right.ANSWER), response=answers(ChannelIn))
def prefer(request: Asked, pk: Id, given: ChannelIn) -> ChannelIn:
    """How this person wants to hear from us."""
    contact = linking.prefer(access.one(Contact, request.auth, pk=pk), given.channel, by=request.auth)
    return ChannelIn(channel=contact.preferred_channel)


def _told(party: Party) -> PartyOut:
    return PartyOut(
        id=party.pk,
        contact=Named(id=party.contact.pk, name=party.contact.name),
        role=party.role,
        relation=party.relation,
        minor=party.minor,
        ended_at=party.ended_at,
    )
