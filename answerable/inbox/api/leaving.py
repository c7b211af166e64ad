"""What leaves the safety desk: a report in its forms, E2B(R3) files for authorities, and what those answer."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.envelopes import BYTES, saved
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.intake import originals
from answerable.safety import authorities, batching, exporting, reading_back
from answerable.safety.models import Authority, Batch, BatchReport, Report

router = Router(tags=["safety"])
Form = Literal["pdf", "json", "csv", "device", "complaint", "archive"]


class AuthorityIn(Schema):
    """Who takes reports. `batch_receiver` is empty where it is the receiver itself."""

    label: Words = Field(max_length=60)
    organisation: Words = Field(max_length=60)
    sender: Words = Field(max_length=60)
    receiver: Words = Field(max_length=60)
    batch_receiver: Words = Field("", max_length=60)
    trial: bool = True


class AuthorityOut(AuthorityIn):
    id: int


class BatchIn(Schema):
    """Reports by their ids: their latest versions go into one file."""

    reports: Annotated[list[Id], Field(min_length=1, max_length=batching.MOST)]
    authority: Id


class BatchedOut(Schema):
    """One report of a file. `outcome` is empty before the first answer; `theirs` is the number that they gave it."""

    report: int
    number: str
    version: int
    outcome: str
    theirs: str
    reasons: list[str]


class BatchOut(Schema):
    id: int
    number: str
    authority: int
    digest: str
    at: datetime
    members: list[BatchedOut]


class AnswerIn(Schema):
    """The bytes of an acknowledgement; it says itself which file it is about."""

    base64: Annotated[str, Field(max_length=7 * 1024 * 1024)]


class AnswerOut(Schema):
    id: int
    batch: int
    outcome: str
    reasons: list[str]
    at: datetime


@router.get("/reports/{pk}/file", auth=Bearer(Right.SEE_REPORTS), response=answers(None), openapi_extra=BYTES)
def file(request: Asked, pk: Id, form: Form = "json") -> HttpResponse:
    """One report in one form, by its latest version."""
    report = access.one(Report, request.auth, pk=pk)
    found = exporting.export(report, form=form, envelopes=originals.of, by=request.auth)
    return saved(found.data, found.name)


@router.get("/authorities", auth=Bearer(Right.SIGN_REPORTS), response=answers(list[AuthorityOut]))
def known(request: Asked) -> list[AuthorityOut]:
    return [_authority(each) for each in authorities.authorities(request.auth)]


@router.post("/authorities", auth=Bearer(Right.REFER_REPORTS), response=answers(AuthorityOut, 201))
def know(request: Asked, given: AuthorityIn) -> Status[AuthorityOut]:
    return Status(201, _authority(batching.know(**given.model_dump(), by=request.auth)))


@router.post("/authorities/{pk}/end", auth=Bearer(Right.SEE_REPORTS), response=answers(AuthorityOut))
def forget(request: Asked, pk: Id) -> AuthorityOut:
    """No further file is made for it."""
    found = access.one(Authority, request.auth, pk=pk)
    batching.forget(found, by=request.auth)
    return _authority(found)


@router.get("/batches", auth=Bearer(Right.SIGN_REPORTS), response=answers(Page[BatchOut]))
def index(request: Asked, cursor: Cursor = "", limit: Limit = 50) -> Page[BatchOut]:
    """The files that were made, newest first."""
    found, next_ = newest_first(authorities.batches(request.auth), cursor, limit)
    return Page[BatchOut](items=[_batch(each) for each in found], next=next_)


@router.post("/batches", auth=Bearer(Right.REFER_REPORTS), response=answers(BatchOut, 201))
def make(request: Asked, given: BatchIn) -> Status[BatchOut]:
    """One E2B(R3) file. What our rules refuse is not made; the same versions again are the same file."""
    reports = [access.one(Report, request.auth, pk=pk) for pk in dict.fromkeys(given.reports)]
    authority = access.one(Authority, request.auth, pk=given.authority)
    return Status(201, _batch(batching.make(reports, authority=authority, by=request.auth)))


@router.get("/batches/{pk}", auth=Bearer(Right.SEE_REPORTS), response=answers(BatchOut))
def read(request: Asked, pk: Id) -> BatchOut:
    batch = access.one(Batch, request.auth, pk=pk)
    request.auth.require(Right.SIGN_REPORTS)
    return _batch(batch)


@router.get("/batches/{pk}/file", auth=Bearer(Right.SEE_REPORTS), response=answers(None), openapi_extra=BYTES)
def batch_file(request: Asked, pk: Id) -> HttpResponse:
    """The very bytes that were made. Each report in it is in the read log."""
    batch = authorities.told(pk, request.auth).batch
    request.auth.require(Right.SIGN_REPORTS)
    return saved(batch.document.encode(), f"{batch.number}.xml")


@router.post("/acknowledgements", auth=Bearer(Right.REFER_REPORTS), response=answers(AnswerOut, 201))
def answered(request: Asked, given: AnswerIn) -> Status[AnswerOut]:
    """Read back what an authority answered. The same answer again changes nothing."""
    try:
        data = base64.b64decode(given.base64, validate=True)
    except ValueError:
        raise Invalid("The file is not in base64. Nothing was kept.", "base64") from None
    kept = reading_back.take(data, by=request.auth)
    said = AnswerOut(id=kept.pk, batch=kept.batch_id, outcome=kept.outcome, reasons=kept.reasons, at=kept.at)
    return Status(201, said)


def _authority(each: Authority) -> AuthorityOut:
    return AuthorityOut(id=each.pk, **{name: getattr(each, name) for name in AuthorityIn.model_fields})


def _batch(batch: Batch) -> BatchOut:
    members = batch.members.select_related("version__report").order_by("pk")
    return BatchOut(
        id=batch.pk,
        number=batch.number,
        authority=batch.authority_id,
        digest=batch.digest,
        at=batch.at,
        members=[_batched(each) for each in members],
    )


def _batched(each: BatchReport) -> BatchedOut:
    version = each.version
    return BatchedOut(
        report=version.report_id,
        number=version.report.number,
        version=version.number,
        outcome=each.outcome,
        theirs=each.theirs,
        reasons=each.reasons,
    )
