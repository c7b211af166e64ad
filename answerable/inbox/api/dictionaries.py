"""Dictionaries of the workspace's own, their terms, and the coding of what was said."""

from __future__ import annotations

import base64
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.safety import coding, loading, reporting, terms, uncoded
from answerable.safety.models import Dictionary, Report

router = Router(tags=["safety"])
LARGEST_BASE64 = 11 * 1024 * 1024
MOST = 200
Kind = Literal["meddra", "imdrf", "products"]


class DictionaryIn(Schema):
    """A file of a dictionary: MedDRA's llt.asc, or a CSV with the columns code and term. `language` has three letters."""

    kind: Kind
    release: Words = Field(max_length=20)
    language: Words = Field(max_length=3)
    name: Words = Field(min_length=1, max_length=255)
    base64: Annotated[str, Field(max_length=LARGEST_BASE64)]


class BadLine(Schema):
    line: int
    sentence: str


class DictionaryOut(Schema):
    """`state` is loading, ready, refused or ended. A refused file has `bad` lines, the first 200 of `bad_count`."""

    id: int
    kind: str
    release: str
    language: str
    name: str
    state: str
    terms: int
    bad_count: int
    bad: list[BadLine]
    at: datetime


class TermOut(Schema):
    """`chosen` is how often people chose it for the same words."""

    id: int
    code: str
    words: str
    release: str
    language: str
    chosen: int


class UncodedOut(Schema):
    """Words of a report that have no term: the `number`-th reaction or product of its version `version`."""

    report: int
    report_number: str
    version: int
    place: Literal["reaction", "taken_for", "problem"]
    number: int
    words: str
    language: str


class CodingIn(Schema):
    """`version` is the one that was read; `term` is the id of a term."""

    version: int = Field(ge=1)
    place: Literal["reaction", "taken_for", "problem"]
    number: int = Field(0, ge=0, le=1000)
    term: Id
    reason: Words = Field("", max_length=400)


class CodedOut(Schema):
    """The version that it made."""

    report: int
    version: int
    coded: bool


@router.get("/dictionaries", auth=Bearer(Right.SEE_REPORTS), response=answers(list[DictionaryOut]))
def index(request: Asked) -> list[DictionaryOut]:
    """All that were handed in, the newest first."""
    return [_told(each) for each in terms.loaded(request.auth)[:MOST]]


@router.post("/dictionaries", auth=Bearer(Right.SEE_REPORTS), response=answers(DictionaryOut, 202))
def load(request: Asked, given: DictionaryIn) -> Status[DictionaryOut]:
    """Hand one in; it is looked through and taken whole or not at all. The same file again is the same dictionary."""
    try:
        body = base64.b64decode(given.base64, validate=True)
    except ValueError:
        raise Invalid("The file is not in base64. Nothing was kept.", "base64") from None
    said = given.model_dump(exclude={"base64"})
    return Status(202, _told(loading.load(**said, pieces=[body], by=request.auth)))


@router.get("/dictionaries/{pk}", auth=Bearer(Right.SEE_REPORTS), response=answers(DictionaryOut))
def read(request: Asked, pk: Id) -> DictionaryOut:
    return _told(access.one(Dictionary, request.auth, pk=pk))


@router.delete("/dictionaries/{pk}", auth=Bearer(Right.SEE_REPORTS), response=answers(DictionaryOut))
def end(request: Asked, pk: Id) -> DictionaryOut:
    """Take it out of use; what is coded with it stays."""
    loading.end(access.one(Dictionary, request.auth, pk=pk), by=request.auth)
    return read(request, pk)


@router.get("/dictionary-terms", auth=Bearer(Right.SEE_REPORTS), response=answers(list[TermOut]))
def look_up(
    request: Asked, words: Annotated[str, Query(min_length=1, max_length=250)], kind: Kind = "meddra"
) -> list[TermOut]:
    """Terms by their code, or near to these words, the nearest first."""
    return [_term(each) for each in terms.looked_up(request.auth, words, kind=kind)]


@router.get("/uncoded", auth=Bearer(Right.REVIEW), response=answers(list[UncodedOut]))
def waiting(request: Asked, limit: Annotated[int, Query(ge=1, le=MOST)] = 50) -> list[UncodedOut]:
    """What has no term yet, the oldest day zero first. Each report in it is in the read log."""
    queue = uncoded.queue(request.auth)[:limit]
    found = list(islice((each for version in queue for each in uncoded.wanted(version)), limit))
    reading.log_all("report", sorted({each.version.report_id for each in found}), by=request.auth)
    return [_uncoded(each) for each in found]


@router.post("/reports/{pk}/codings", auth=Bearer(Right.SEE_REPORTS), response=answers(CodedOut, 201))
def code(request: Asked, pk: Id, given: CodingIn) -> Status[CodedOut]:
    """Choose a term for one place of a report, which makes a new version of it."""
    report, said = access.one(Report, request.auth, pk=pk), given.model_dump(exclude={"version", "term"})
    request.auth.require(Right.REVIEW)
    term = terms.one(request.auth, given.term)
    version = coding.code(report, expected=given.version, term=term, by=request.auth, **said)
    coded = reporting.values_of(version).is_coded
    return Status(201, CodedOut(report=report.pk, version=version.number, coded=coded))


def _told(found: Dictionary) -> DictionaryOut:
    shown = ("id", "kind", "release", "language", "name", "state", "terms", "bad_count", "at")
    bad = [BadLine(line=each["line"], sentence=str(each["template"]) % each["facts"]) for each in found.bad]
    facts: dict[str, Any] = {name: getattr(found, name) for name in shown}
    return DictionaryOut(**facts, bad=bad)


def _term(each: terms.Suggestion) -> TermOut:
    term, dictionary = each.term, each.term.dictionary
    return TermOut(
        id=term.pk,
        code=term.code,
        words=term.words,
        release=dictionary.release,
        language=dictionary.language,
        chosen=each.chosen,
    )


def _uncoded(each: uncoded.Wanted) -> UncodedOut:
    return UncodedOut(
        report=each.version.report_id,
        report_number=each.version.report.number,
        version=each.version.number,
        place=each.place.value,
        number=each.number,
        words=each.words,
        language=each.language,
    )
