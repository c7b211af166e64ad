"""Cases: lists, one case, and what is done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db.models import Q
from ninja import Field, Query, Router, Schema, Status

from answerable.cases import assigning, closing, describing, noting, queries
from answerable.cases.models import Case, Disposition
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import NotThere
from answerable.core.models import User
from answerable.inbox import lists
from answerable.inbox.api.door import LARGEST_ID, Asked, Bearer, Key, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, bad_cursor
from answerable.replies import ending

router = Router(tags=["cases"])
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
RELATED = ("contact", "team", "holder_user", "holder_team")


class Named(Schema):
    """A thing by its id, with the name that people know."""

    id: int
    name: str


class CaseOut(Schema):
    """`holder_mark` says who holds it now; give it back as `expected` when the case is to change hands.

    A case in state `merged` goes on in `merged_into`. Of a closed one `whose_word` says who holds it to be solved, and
    `asked_at` when the customer was asked; null where no channel of theirs takes the question.
    """

    id: int
    number: str
    state: str
    subject: str
    product: str
    language: str
    contact: Named
    team: Named
    holder: str | None
    holder_mark: str | None
    channels: list[str]
    tags: list[str]
    fields: dict[str, str | float | bool]
    opened_at: datetime
    promised_at: datetime
    waiting_since: datetime | None
    first_answer_at: datetime | None
    deflections: int
    last_at: datetime
    closed_at: datetime | None
    merged_into: int | None = None
    disposition: str | None = None
    what_solved_it: str | None = None
    whose_word: str | None = None
    asked_at: datetime | None = None


class Filters(Schema):
    """All of them together narrow the view."""

    product: Words = ""
    language: Words = ""
    channel: Words = ""
    contact: Id | None = None


class Taking(Schema):
    """The case comes to the token's member, if its holder is still `expected`."""

    expected: Words


class HoldingCase(Schema):
    """To a member of its team (out of the queue, by a lead), or without one back into the queue of its team."""

    expected: Words
    to_user: Id | None = None


class Closing(Schema):
    """As on the screen: what we hold to be solved is asked of the customer, who alone can say so, unless `ask` is false.

    `closing_line` is the last word in public, where the customer spoke in public. Where a rule asks for four eyes it waits
    under `/cases/{pk}/approvals`, and the case stays open until it is approved.
    """

    disposition: Words = Field(description=f"One of {', '.join(Disposition.values)}.")
    what_solved_it: Words = ""
    closing_line: Words = ""
    ask: bool = True


class Description(Schema):
    subject: Words
    product: Words = ""


class Note(Schema):
    text: Words


class NoteOut(Schema):
    id: int
    text: str
    received_at: datetime


@router.get("/cases", auth=Bearer(Right.READ_CASES), response=answers(Page[CaseOut]))
def index(
    request: Asked, filters: Query[Filters], view: Words = "next", cursor: Cursor = "", limit: Limit = 50
) -> Page[CaseOut]:
    """One of the lists of /views, in working order."""
    base, narrowed = _listed(view, request.auth)
    after = queries.Cursor.parse(cursor)
    if cursor and after is None:
        raise bad_cursor()
    found = queries.page(request.auth, base, after=after, rows=limit, only=narrowed & _narrowed(filters))
    return Page[CaseOut](items=[told(case) for case in found.cases], next=str(found.next) if found.next else None)


@router.get("/cases/{pk}", auth=Bearer(Right.READ_CASES), response=answers(CaseOut))
def read(request: Asked, pk: Id) -> CaseOut:
    case = find(request.auth, pk)
    reading.log("case", case.pk, by=request.auth)
    return _whole(case)


@router.post("/cases/{pk}/custody", auth=Bearer(Right.ANSWER), response=answers(CaseOut))
def take(request: Asked, pk: Id, given: Taking) -> CaseOut:
    return _whole(assigning.take(find(request.auth, pk), expected=given.expected, by=request.auth))


@router.put("/cases/{pk}/holder", auth=Bearer(Right.ANSWER), response=answers(CaseOut))
def hold(request: Asked, pk: Id, given: HoldingCase) -> CaseOut:
    """Within the team of the case. Into another team it goes by a transfer, which is accepted there."""
    viewer, case = request.auth, find(request.auth, pk)
    if given.to_user is None:
        return _whole(assigning.release(case, expected=given.expected, by=viewer))
    person = access.one(User, viewer, pk=given.to_user)
    return _whole(assigning.assign(case, to_user=person, expected=given.expected, by=viewer))


@router.put("/cases/{pk}/closure", auth=Bearer(Right.CLOSE), response=answers(CaseOut))
def close(request: Asked, pk: Id, given: Closing) -> CaseOut:
    case = find(request.auth, pk)
    ending.end(case, **given.dict(), by=request.auth)
    return _whole(case)


@router.delete("/cases/{pk}/closure", auth=Bearer(Right.CLOSE), response=answers(CaseOut))
def reopen(request: Asked, pk: Id) -> CaseOut:
    """Open it again; an open case stays as it is."""
    return _whole(closing.reopen(find(request.auth, pk), because="by_hand", by=request.auth))


@router.put("/cases/{pk}/description", auth=Bearer(Right.ANSWER), response=answers(CaseOut))
def describe(request: Asked, pk: Id, given: Description) -> CaseOut:
    case = find(request.auth, pk)
    return _whole(describing.describe(case, subject=given.subject, product=given.product, by=request.auth))


@router.post("/cases/{pk}/notes", auth=Bearer(Right.READ_CASES), response=answers(NoteOut, 201))
def note(request: Asked, pk: Id, given: Note, key: Key) -> Status[NoteOut]:
    """Leave a note, for staff only. The same key again is the same note."""
    made = noting.note(find(request.auth, pk), text=given.text, key=key, by=request.auth)
    return Status(201, NoteOut(id=made.pk, text=made.text, received_at=made.received_at))


def find(viewer: Viewer, pk: int) -> Case:
    """The case with what is told of it, if it is one of the viewer's. Raises `NotThere`."""
    case = access.rows(Case, viewer).select_related(*RELATED).filter(pk=pk).first()
    return case or access.one(Case, viewer, pk=pk)


def told(case: Case) -> CaseOut:
    holder = case.holder_user or case.holder_team
    return CaseOut(
        id=case.pk,
        number=case.number,
        state=case.state,
        subject=case.subject,
        product=case.product,
        language=case.language,
        contact=Named(id=case.contact.pk, name=case.contact.name),
        team=Named(id=case.team.pk, name=case.team.name),
        holder=str(holder) if holder else None,
        holder_mark=assigning.holder_mark(case) if holder else None,
        channels=case.channels,
        tags=case.tags,
        fields=case.fields,
        opened_at=case.opened_at,
        promised_at=case.promised_at,
        waiting_since=case.waiting_since,
        first_answer_at=case.first_answer_at,
        deflections=case.deflections_count,
        last_at=case.last_at,
        closed_at=case.closed_at,
        merged_into=case.merged_into_id,
    )


def _whole(case: Case) -> CaseOut:
    closure = case.closures.filter(reopened_at=None).first()
    whole = told(case)
    if closure is not None:
        whole.disposition, whole.what_solved_it = closure.disposition, closure.what_solved_it
        asking = closure.askings.first()
        whole.whose_word, whole.asked_at = closure.whose_word, asking.at if asking else None
    return whole


def _listed(view: str, viewer: Viewer) -> tuple[str, Q]:
    """The list of the house under this view, and what a saved one asks besides."""
    if view.startswith(lists.SAVED):
        return "next", lists.only(lists.saved(viewer, view), viewer)
    if view not in {each.key for each in queries.views(viewer, count=False)}:
        raise NotThere("There is no such list for you. The lists are at /api/views.")
    return view, Q()


def _narrowed(filters: Filters) -> Q:
    narrowed = Q()
    if filters.product:
        narrowed &= Q(product=filters.product)
    if filters.language:
        narrowed &= Q(language=filters.language)
    if filters.channel:
        narrowed &= Q(channels__contains=[filters.channel])
    return narrowed & Q(contact_id=filters.contact) if filters.contact else narrowed
