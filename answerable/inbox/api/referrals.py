"""Referral: where a report went, sending it, the balance with each safety system, and what does not agree."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Router, Schema, Status

from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Moment, Words, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.safety import reconciling, referral_queries, referring
from answerable.safety.models import Discrepancy, Reconciliation, Referral, Report, SafetySystem
from answerable.safety.reconciliation import Received

router = Router(tags=["referral"])
MOST_LINES = 20_000


class ReferralOut(Schema):
    """`acknowledged_at` alone says that it is done; `theirs` is its number there, `key` what makes it one there."""

    id: int
    report: int
    number: str
    version: int
    system: int
    key: str
    state: str
    asked_at: datetime
    due_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    overdue_at: datetime | None
    theirs: str
    trouble: str


class Referring(Schema):
    system: int


class ReferralBecause(Schema):
    because: Words = Field(min_length=1, max_length=2000)


class ReferralOutcome(ReferralBecause):
    arrived: bool
    theirs: Words = Field("", max_length=200)


class LineIn(Schema):
    """One report that they hold."""

    number: Words = Field(min_length=1, max_length=200)
    digest: Words = Field("", max_length=64)
    received_at: Moment


class ListIn(Schema):
    """Their list. Without lines the safety system is asked for it."""

    lines: list[LineIn] | None = Field(None, max_length=MOST_LINES)


class BalanceOut(Schema):
    id: int
    day: date
    at: datetime
    listed_by: str
    sent: int
    acknowledged: int
    there: int
    differences: int
    balances: bool


class DifferenceOut(Schema):
    """It is open while neither `gone_at` nor `settled_at` is there."""

    id: int
    system: int
    number: str
    gap: str
    words: str
    found_at: datetime
    gone_at: datetime | None
    settled_at: datetime | None
    because: str


@router.get("/safety-systems/{pk}/balances", auth=Bearer(Right.SEE_REPORTS), response=answers(Page[BalanceOut]))
def balances(request: Asked, pk: Id, cursor: Cursor = "", limit: Limit = 50) -> Page[BalanceOut]:
    system = access.one(SafetySystem, request.auth, pk=pk)
    request.auth.require(Right.SIGN_REPORTS)
    rows = access.rows(Reconciliation, request.auth).filter(system=system)
    found, next_ = newest_first(rows, cursor, limit)
    return Page[BalanceOut](items=[_balance(each) for each in found], next=next_)


@router.post("/safety-systems/{pk}/balances", auth=Bearer(Right.SEE_REPORTS), response=answers(BalanceOut, 201))
def compare(request: Asked, pk: Id, given: ListIn) -> Status[BalanceOut]:
    """Compare both sides now."""
    system = access.one(SafetySystem, request.auth, pk=pk)
    if given.lines is None:
        return Status(201, _balance(reconciling.ask_and_reconcile(system, by=request.auth)))
    lines = [Received(each.number, each.digest, each.received_at) for each in given.lines]
    return Status(201, _balance(reconciling.reconcile(system, lines, listed_by="program", by=request.auth)))


@router.get("/discrepancies", auth=Bearer(Right.SIGN_REPORTS), response=answers(Page[DifferenceOut]))
def differences(request: Asked, open: bool = True, cursor: Cursor = "", limit: Limit = 50) -> Page[DifferenceOut]:  # noqa: A002 - the word of the address
    rows = access.rows(Discrepancy, request.auth)
    found, next_ = newest_first(rows.filter(gone_at=None, settled_at=None) if open else rows, cursor, limit)
    return Page[DifferenceOut](items=[_difference(each) for each in found], next=next_)


@router.put("/discrepancies/{pk}/settlement", auth=Bearer(Right.SEE_REPORTS), response=answers(DifferenceOut))
def settle(request: Asked, pk: Id, given: ReferralBecause) -> DifferenceOut:
    found = access.one(Discrepancy, request.auth, pk=pk)
    return _difference(reconciling.settle(found, because=given.because, by=request.auth))


@router.get("/reports/{pk}/referrals", auth=Bearer(Right.SEE_REPORTS), response=answers(Page[ReferralOut]))
def of_report(request: Asked, pk: Id, cursor: Cursor = "", limit: Limit = 50) -> Page[ReferralOut]:
    """Where a report went. The look is in the read log."""
    report = access.one(Report, request.auth, pk=pk)
    reading.log("report", report.pk, by=request.auth)
    rows = referral_queries.of_report(report, request.auth).select_related("report")
    found, next_ = newest_first(rows, cursor, limit)
    return Page[ReferralOut](items=[_referral(each) for each in found], next=next_)


@router.post("/reports/{pk}/referrals", auth=Bearer(Right.SEE_REPORTS), response=answers(ReferralOut, 201))
def refer(request: Asked, pk: Id, given: Referring) -> Status[ReferralOut]:
    """Pass the latest version on. The same version goes to a system once, however often this is asked."""
    report = access.one(Report, request.auth, pk=pk)
    request.auth.require(Right.REFER_REPORTS)
    system = access.rows(SafetySystem, request.auth).filter(pk=given.system).first()
    if system is None:
        raise Invalid("There is no such safety system. Nothing was sent. Choose another one.", "system")
    return Status(201, _referral(referring.refer(report, system=system, by=request.auth)))


@router.get("/referrals", auth=Bearer(Right.SEE_REPORTS), response=answers(Page[ReferralOut]))
def index(request: Asked, open: bool = False, cursor: Cursor = "", limit: Limit = 50) -> Page[ReferralOut]:  # noqa: A002 - the word of the address
    rows = access.rows(Referral, request.auth).select_related("report", "version")
    found, next_ = newest_first(rows.exclude(state__in=referral_queries.DONE) if open else rows, cursor, limit)
    return Page[ReferralOut](items=[_referral(each) for each in found], next=next_)


@router.get("/referrals/{pk}", auth=Bearer(Right.SEE_REPORTS), response=answers(ReferralOut))
def read(request: Asked, pk: Id) -> ReferralOut:
    return _referral(access.one(Referral, request.auth, pk=pk))


@router.post("/referrals/{pk}/repeats", auth=Bearer(Right.SEE_REPORTS), response=answers(ReferralOut, 202))
def again(request: Asked, pk: Id, given: ReferralBecause) -> Status[ReferralOut]:
    """Send it once more under the same key, after they refused it or do not hold it."""
    referral = access.one(Referral, request.auth, pk=pk)
    return Status(202, _referral(referring.again(referral, because=given.because, by=request.auth)))


@router.put("/referrals/{pk}/outcome", auth=Bearer(Right.SEE_REPORTS), response=answers(ReferralOut))
def outcome(request: Asked, pk: Id, given: ReferralOutcome) -> ReferralOut:
    """Say what became of one in doubt."""
    referral = access.one(Referral, request.auth, pk=pk)
    told = {"because": given.because, "theirs": given.theirs}
    return _referral(referring.settle(referral, arrived=given.arrived, by=request.auth, **told))


def _referral(each: Referral) -> ReferralOut:
    names = (
        "id",
        "key",
        "state",
        "asked_at",
        "due_at",
        "sent_at",
        "acknowledged_at",
        "overdue_at",
        "theirs",
        "trouble",
    )
    return ReferralOut(
        report=each.report_id,
        number=each.report.number,
        version=each.version.number,
        system=each.system_id,
        **{name: getattr(each, name) for name in names},
    )


def _balance(each: Reconciliation) -> BalanceOut:
    names = ("id", "day", "at", "listed_by", "sent", "acknowledged", "there", "differences", "balances")
    return BalanceOut(**{name: getattr(each, name) for name in names})


def _difference(each: Discrepancy) -> DifferenceOut:
    names = ("id", "number", "gap", "words", "found_at", "gone_at", "settled_at", "because")
    return DifferenceOut(system=each.system_id, **{name: getattr(each, name) for name in names})
