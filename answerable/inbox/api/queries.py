"""Saved queries: kept, changed, switched, tried before they are kept, and brought in from other tools."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Team, User
from answerable.inbox import asked
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Searched, Words, answers
from answerable.inbox.frame import tried
from answerable.listening import choosing, estimating, importing, queries, retiring, saving
from answerable.listening.lexing import Misread
from answerable.listening.models import Choices, Query, QueryVersion
from answerable.listening.parsing import parse
from answerable.listening.tree import outline

router = Router(tags=["queries"])


class WhoseIn(Schema):
    team: Id
    holder: Id


class QueryIn(WhoseIn):
    """`text` is the query as a person writes it."""

    name: Words
    text: Words


class QueryChangeIn(QueryIn):
    """`version` is the one that was seen: who comes second is told."""

    version: Id


class QueryOut(Schema):
    """`per_day` is what it found a day in the last week, `expected_per_day` what was estimated before it was kept.

    `far_more_on` is the last day of that week on which it found far more than that.
    """

    id: int
    name: str
    text: str
    state: str
    version: int
    team: int
    holder: int
    per_day: float
    expected_per_day: float | None
    last_found_at: datetime | None
    far_more_on: date | None


class QueryVersionOut(Schema):
    number: int
    text: str
    by: int
    at: datetime
    per_day: float | None


class QueryStateIn(Schema):
    """“on” or “off”."""

    on: bool


class QueryTrialIn(Schema):
    text: Words


class QueryExampleOut(Schema):
    """`marks` are the places of the words that were asked for, as [start, end] in characters."""

    text: str
    channel: str
    at: datetime
    marks: list[tuple[int, int]]


class QueryTrialOut(Schema):
    """What a query means and would find a day; or the sentence that says why not, where, and how it may be meant.

    `refusal` is the sentence with which a query would be refused that can be read: it asks for nearly everything.
    """

    tree: dict[str, Any] | None = None
    error: str = ""
    start: int | None = None
    end: int | None = None
    mend: str = ""
    refusal: str = ""
    read: int = 0
    found: int = 0
    per_day: float | None = None
    low: int = 0
    high: int = 0
    examples: list[QueryExampleOut] = []


class QueryFileIn(WhoseIn):
    """`body` is a CSV table or lines of JSON, with a name and a query each."""

    body: Words


class QueryFileLineOut(Schema):
    name: str
    text: str
    error: str = ""


class SpellingIn(Schema):
    protected: list[Words]
    lookalikes: bool
    languages: list[Words]


@router.get("/queries", auth=Bearer(Right.READ_CASES), response=answers(list[QueryOut]))
def index(request: Asked, words: Searched = "") -> list[QueryOut]:
    """The first 200, those that are on before the others; `words` are of the name or the query."""
    return [_out(row) for row in queries.listed(request.auth, words=words)]


@router.post("/queries", auth=Bearer(Right.MANAGE_RULES), response=answers(QueryOut, 201))
def save(request: Asked, given: QueryIn) -> Status[QueryOut]:
    made = saving.save(name=given.name, text=given.text, **_whose(given, request.auth), by=request.auth)
    return Status(201, _one(made, request.auth))


@router.post("/queries/trials", auth=Bearer(Right.MANAGE_RULES), response=answers(QueryTrialOut))
def trial(request: Asked, given: QueryTrialIn) -> QueryTrialOut:
    """Nothing is kept. The sample has no names: what a query asks of them is not counted."""
    spelling = estimating.spelling_of(request.auth)
    try:
        node = parse(given.text, spelling)
    except Misread as misread:
        return QueryTrialOut(error=misread.sentence, start=misread.start, end=misread.end, mend=misread.mend)
    found = estimating.of_tree(node, spelling, viewer=request.auth, examples=estimating.MOST_SHOWN)
    examples = [
        QueryExampleOut(
            text=each.text,
            channel=each.channel,
            at=each.at,
            marks=[(mark.start, mark.end) for mark in each.shown if not mark.fact],
        )
        for each in found.examples
    ]
    figures = {name: getattr(found, name) for name in ("read", "found", "per_day", "low", "high")}
    wide = tried(lambda: estimating.check_width(node, found), Invalid)
    return QueryTrialOut(tree=outline(node), refusal=wide.sentence if wide else "", examples=examples, **figures)


@router.post("/queries/files", auth=Bearer(Right.MANAGE_RULES), response=answers(list[QueryFileLineOut]))
def bring(request: Asked, given: QueryFileIn) -> list[QueryFileLineOut]:
    """What can be read is kept; each line says what became of it."""
    lines = importing.look_at(given.body, estimating.spelling_of(request.auth))
    done = importing.take(lines, **_whose(given, request.auth), by=request.auth)
    return [
        QueryFileLineOut(name=each.name, text=each.text, error=each.refusal.sentence if each.refusal else "")
        for each in done
    ]


@router.get("/queries/{pk}", auth=Bearer(Right.READ_CASES), response=answers(QueryOut))
def one(request: Asked, pk: Id) -> QueryOut:
    return _one(_find(request.auth, pk), request.auth)


@router.put("/queries/{pk}", auth=Bearer(Right.MANAGE_RULES), response=answers(QueryOut))
def change(request: Asked, pk: Id, given: QueryChangeIn) -> QueryOut:
    """Other words are a new version; another name, team or holder is none."""
    query = _find(request.auth, pk)
    says = {"name": given.name, "text": given.text, **_whose(given, request.auth)}
    return _one(saving.change(query, expected=given.version, **says, by=request.auth), request.auth)


@router.put("/queries/{pk}/state", auth=Bearer(Right.MANAGE_RULES), response=answers(QueryOut))
def switch(request: Asked, pk: Id, given: QueryStateIn) -> QueryOut:
    """Off it finds nothing more. What it found stays."""
    query = _find(request.auth, pk)
    done = retiring.resume(query, by=request.auth) if given.on else retiring.retire(query, by=request.auth)
    return _one(done, request.auth)


@router.get("/queries/{pk}/versions", auth=Bearer(Right.READ_CASES), response=answers(list[QueryVersionOut]))
def versions(request: Asked, pk: Id) -> list[QueryVersionOut]:
    found = access.rows(QueryVersion, request.auth).filter(query=_find(request.auth, pk)).order_by("number")
    return [
        QueryVersionOut(number=each.number, text=each.text, by=each.user_id, at=each.at, per_day=each.per_day)
        for each in found
    ]


@router.get("/listening/spelling", auth=Bearer(Right.READ_CASES), response=answers(SpellingIn))
def spelling(request: Asked) -> SpellingIn:
    return _spelling(queries.choices(request.auth))


@router.put("/listening/spelling", auth=Bearer(Right.MANAGE_RULES), response=answers(SpellingIn))
def choose(request: Asked, given: SpellingIn) -> SpellingIn:
    """Every query is read anew with it, in every process, from the next batch of posts on."""
    return _spelling(choosing.choose(**given.dict(), by=request.auth))


def _find(viewer: Viewer, pk: int) -> Query:
    return access.one(Query, viewer, pk=pk)


def _whose(given: WhoseIn, viewer: Viewer) -> dict[str, Any]:
    return {
        "team": asked.one(Team, viewer, "team", pk=given.team),
        "holder": asked.one(User, viewer, "holder", pk=given.holder),
    }


def _one(query: Query, viewer: Viewer) -> QueryOut:
    (row,) = queries.described(viewer, [query])
    return _out(row)


def _out(row: queries.Row) -> QueryOut:
    query = row.query
    return QueryOut(
        id=query.pk,
        name=query.name,
        text=row.text,
        state=query.state,
        version=query.version,
        team=query.team_id,
        holder=query.holder_id,
        per_day=row.per_day,
        expected_per_day=row.expected,
        last_found_at=row.last_at,
        far_more_on=row.far.day if row.far else None,
    )


def _spelling(kept: Choices) -> SpellingIn:
    return SpellingIn(protected=kept.protected, lookalikes=kept.lookalikes, languages=kept.languages)
