"""Reports: what they say and since when, opening and changing one, later words, questions, links, and what the law says of products."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from answerable.conversations.models import Message
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.safety import asking, consulting, following, linking, neutral, opening, queries, regulating, reporting
from answerable.safety.models import FollowUp, Inquiry, Link, RegulatedProduct, Report
from answerable.safety.neutral import HandOver
from answerable.safety.queries import Line

router = Router(tags=["reports"])


class LimitOut(Schema):
    rule: str
    version: int
    start_field: str
    started_at: datetime
    strict_due_at: datetime
    legal_due_at: datetime


class ReportOut(Schema):
    """`missing` are criteria that are not present; `doubted` says that somebody found no suspicion in its message; `news` counts
    later words that wait. `document` is the report as a neutral hand-over.
    """

    id: int
    number: str
    sort: str
    message: int
    case: int
    version: int
    digest: str
    state: str
    received_at: datetime
    opened_at: datetime
    serious: bool
    doubted: bool
    news: int
    limits: list[LimitOut]


class ReportWhole(ReportOut):
    document: dict[str, Any]
    moments: dict[str, datetime | None]
    follow_ups: list[int]


class Opening(Schema):
    """`sort`: adverse_event, technical_complaint or special_situation. The words of the message are read for what they show."""

    sort: Words
    because: Words = Field(min_length=1, max_length=2000)


class Changing(Schema):
    """`document` is the part “report” of the whole document, changed; `version` the one that it was made from."""

    version: int
    document: dict[str, Any]
    because: Words = Field(min_length=1, max_length=2000)


class FollowUpOut(Schema):
    id: int
    report: int
    message: int
    state: str
    significant: bool
    found: dict[str, Any]
    because: str
    settled_at: datetime | None


class TakingFollowUp(Schema):
    """`significant`: it can change the assessment, so that time limits run anew from its receipt."""

    significant: bool
    because: Words = Field(min_length=1, max_length=2000)


class Because(Schema):
    because: Words = Field(min_length=1, max_length=2000)


class InquiryOut(Schema):
    id: int
    report: int
    questions: list[str]
    way: str
    asked_at: datetime
    outcome: str
    outcome_at: datetime | None


class Inquiring(Schema):
    """`questions` are keys such as onset or lot; `way`: written, called or met."""

    questions: list[Words]
    way: Words
    words: Words = ""


class InquiryOutcome(Schema):
    """answered, refused or unreached."""

    outcome: Words


class ReportLinkOut(Schema):
    """`shared` says what the two have in common; `linked_at` is null while nobody has said that they are the same."""

    id: int
    first: int
    second: int
    shared: dict[str, Any]
    linked_at: datetime | None
    ended_at: datetime | None


class Linking(Schema):
    other: int
    because: Words = Field(min_length=1, max_length=2000)


class Consulting(Schema):
    """`of` is the id of a person who may sign."""

    of: int
    question: Words = Field(min_length=1, max_length=2000)


class OpinionOut(Schema):
    id: int
    version: int
    of: int
    at: datetime


class ProductOut(Schema):
    id: int
    name: str
    kind: str
    countries: list[str]
    holder: str


class Regulating(Schema):
    """`kind`: medicine, device, medicine_led, device_led or other; `countries` by their two letters."""

    name: Words
    kind: Words
    countries: list[Words]
    holder: Words = ""


class Receiving(Schema):
    country: Words
    by_itself: bool = True


@router.get("/reports", auth=Bearer(Right.SEE_REPORTS), response=answers(Page[ReportOut]))
def index(request: Asked, waiting: bool = False, cursor: Cursor = "", limit: Limit = 50) -> Page[ReportOut]:
    """The newest first. `waiting`: only those that wait for a person. That somebody looked at the list is in the read log."""
    rows = queries.waiting(request.auth) if waiting else queries.reports(request.auth)
    found, next_ = newest_first(rows, cursor, limit)
    reading.log("report_list", request.auth.workspace_id, by=request.auth)
    return Page[ReportOut](items=[ReportOut(**_line(each)) for each in queries.lines(found, request.auth)], next=next_)


@router.get("/reports/{pk}", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportWhole))
def read(request: Asked, pk: Id) -> ReportWhole:
    """One report with everything that it says. The look is in the read log."""
    record = queries.record(pk, request.auth)
    return _whole(record.report, request)


@router.post("/messages/{pk}/reports", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportWhole, 201))
def open_by_hand(request: Asked, pk: Id, given: Opening) -> Status[ReportWhole]:
    message = access.one(Message, request.auth, pk=pk)
    return Status(201, _whole(opening.by_hand(message, given.sort, because=given.because, by=request.auth), request))


@router.post("/reports/{pk}/versions", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportWhole, 201))
def correct(request: Asked, pk: Id, given: Changing) -> Status[ReportWhole]:
    """A new version with the reason for the change; the one before stays to be seen."""
    report = access.one(Report, request.auth, pk=pk)
    values = neutral.values(given.document)
    reporting.correct(report, expected=given.version, values=values, reason=given.because, by=request.auth)
    return Status(201, _whole(report, request))


@router.get("/reports/{pk}/follow-ups", auth=Bearer(Right.SEE_REPORTS), response=answers(list[FollowUpOut]))
def follow_ups(request: Asked, pk: Id) -> list[FollowUpOut]:
    """Later words of the case, and what was read in them. The look is in the read log."""
    return [_follow_up(each) for each in queries.record(pk, request.auth).follow_ups]


@router.post("/report-follow-ups/{pk}/versions", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportWhole, 201))
def take(request: Asked, pk: Id, given: TakingFollowUp) -> Status[ReportWhole]:
    """Take later words into the report as they were read; correct what is wrong by a further version."""
    found = access.one(FollowUp, request.auth, pk=pk)
    version = following.take(found, significant=given.significant, because=given.because, by=request.auth)
    return Status(201, _whole(version.report, request))


@router.put("/report-follow-ups/{pk}/refusal", auth=Bearer(Right.SEE_REPORTS), response=answers(FollowUpOut))
def decline(request: Asked, pk: Id, given: Because) -> FollowUpOut:
    """Say that they say nothing new."""
    found = access.one(FollowUp, request.auth, pk=pk)
    return _follow_up(following.decline(found, because=given.because, by=request.auth))


@router.get("/reports/{pk}/inquiries", auth=Bearer(Right.SEE_REPORTS), response=answers(list[InquiryOut]))
def inquiries(request: Asked, pk: Id) -> list[InquiryOut]:
    """How often the reporter was asked, and what came of it. The look is in the read log."""
    return [_inquiry(each) for each in queries.record(pk, request.auth).inquiries]


@router.post("/reports/{pk}/inquiries", auth=Bearer(Right.SEE_REPORTS), response=answers(InquiryOut, 201))
def ask(request: Asked, pk: Id, given: Inquiring) -> Status[InquiryOut]:
    """Keep that the reporter was asked. It sends nothing."""
    report = access.one(Report, request.auth, pk=pk)
    asked = asking.ask(report, asked=given.questions, way=given.way, words=given.words, by=request.auth)
    return Status(201, _inquiry(asked))


@router.put("/report-inquiries/{pk}/outcome", auth=Bearer(Right.SEE_REPORTS), response=answers(InquiryOut))
def settle(request: Asked, pk: Id, given: InquiryOutcome) -> InquiryOut:
    """Keep what came of it. A refusal ends all asking."""
    found = access.one(Inquiry, request.auth, pk=pk)
    return _inquiry(asking.settle(found, outcome=given.outcome, by=request.auth))


@router.get("/reports/{pk}/links", auth=Bearer(Right.SEE_REPORTS), response=answers(list[ReportLinkOut]))
def links(request: Asked, pk: Id) -> list[ReportLinkOut]:
    """Reports that may tell the same, and those that do. The look is in the read log."""
    return [_link(each) for each in queries.record(pk, request.auth).links]


@router.post("/reports/{pk}/links", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportLinkOut, 201))
def link(request: Asked, pk: Id, given: Linking) -> Status[ReportLinkOut]:
    """Say that two reports tell of the same. Both stay."""
    report, other = (access.one(Report, request.auth, pk=each) for each in (pk, given.other))
    return Status(201, _link(linking.link(report, other, because=given.because, by=request.auth)))


@router.put("/report-links/{pk}/end", auth=Bearer(Right.SEE_REPORTS), response=answers(ReportLinkOut))
def unlink(request: Asked, pk: Id, given: Because) -> ReportLinkOut:
    """Say that they are not the same, or undo a link."""
    found = access.one(Link, request.auth, pk=pk)
    return _link(linking.end(found, because=given.because, by=request.auth))


@router.post("/reports/{pk}/opinions", auth=Bearer(Right.SEE_REPORTS), response=answers(OpinionOut, 201))
def ask_for_opinion(request: Asked, pk: Id, given: Consulting) -> Status[OpinionOut]:
    """Ask another qualified person what they think. Their own signed decision is the answer; no program signs."""
    report = access.one(Report, request.auth, pk=pk)
    asked = consulting.ask(report, of=given.of, question=given.question, by=request.auth)
    return Status(201, OpinionOut(id=asked.pk, version=asked.version.number, of=asked.of_id, at=asked.at))


@router.get("/regulated-products", auth=Bearer(Right.SEE_REPORTS), response=answers(list[ProductOut]))
def products(request: Asked) -> list[ProductOut]:
    rows = access.rows(RegulatedProduct, request.auth).filter(ended_at=None).order_by("name")
    return [ProductOut.from_orm(each) for each in rows]


@router.post("/regulated-products", auth=Bearer(Right.SIGN_REPORTS), response=answers(ProductOut, 201))
def regulate(request: Asked, given: Regulating) -> Status[ProductOut]:
    """Say what the law says of a product and where it is sold; what was said before ends and is kept."""
    made = regulating.regulate(
        given.name, kind=given.kind, countries=given.countries, holder=given.holder, by=request.auth
    )
    return Status(201, ProductOut.from_orm(made))


@router.put("/regulated-products/{pk}/end", auth=Bearer(Right.SEE_REPORTS), response=answers(ProductOut))
def end_regulation(request: Asked, pk: Id) -> ProductOut:
    found = access.one(RegulatedProduct, request.auth, pk=pk)
    regulating.end(found, by=request.auth)
    return ProductOut.from_orm(found)


@router.put("/safety-desk", auth=Bearer(Right.SIGN_REPORTS), response=answers(Receiving))
def receive_in(request: Asked, given: Receiving) -> Receiving:
    """Say in which country reports are received; without `by_itself` only people open reports."""
    desk = regulating.receive_in(given.country, by_itself=given.by_itself, by=request.auth)
    return Receiving(country=desk.country, by_itself=desk.by_itself)


def _whole(report: Report, request: Asked) -> ReportWhole:
    reading.log("report", report.pk, by=request.auth)
    line = queries.lines([report], request.auth)[0]
    return ReportWhole(
        **_line(line),
        document=dict(HandOver(line.values, (), queries.limits_of(report, request.auth)).document()),
        moments=dict(queries.moments_of(report)),
        follow_ups=list(report.follow_ups.order_by("pk").values_list("pk", flat=True)),
    )


def _line(line: Line) -> dict[str, Any]:
    report = line.report
    return {
        "id": report.pk,
        "number": report.number,
        "sort": report.sort,
        "message": report.message_id,
        "case": line.case.pk,
        "version": line.version.number,
        "digest": line.version.digest,
        "state": str(line.state),
        "received_at": report.received_at,
        "opened_at": report.opened_at,
        "serious": line.values.is_serious,
        "doubted": line.doubted,
        "news": line.news,
        "limits": [LimitOut.from_orm(each) for each in line.clocks],
    }


def _follow_up(each: FollowUp) -> FollowUpOut:
    return FollowUpOut(
        id=each.pk,
        report=each.report_id,
        message=each.message_id,
        state=each.state,
        significant=each.significant,
        found=each.found,
        because=each.because,
        settled_at=each.settled_at,
    )


def _link(each: Link) -> ReportLinkOut:
    return ReportLinkOut(
        id=each.pk,
        first=each.first_id,
        second=each.second_id,
        shared=each.shared,
        linked_at=each.linked_at,
        ended_at=each.ended_at,
    )


def _inquiry(each: Inquiry) -> InquiryOut:
    return InquiryOut(
        id=each.pk,
        report=each.report_id,
        questions=each.questions,
        way=each.way,
        asked_at=each.asked_at,
        outcome=each.outcome,
        outcome_at=each.outcome_at,
    )
