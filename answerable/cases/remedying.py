"""Remedies: what we give to make good, within a rule, with limits and a second pair of eyes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from answerable.cases import allowances, promising, telling
from answerable.cases.allowances import Allowance
from answerable.cases.models import Case, Promise, Remedy, RemedyKind
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.moments import now

MOST_TIMES = 120


@transaction.atomic
def propose(
    case: Case,
    *,
    kind: str,
    by: Viewer,
    amount: Decimal = Decimal(0),
    currency: str = "",
    times: int = 1,
    text: str = "",
    due_at: datetime | None = None,
) -> Remedy:
    """Propose a remedy of `times` instalments of `amount`.

    1. Up to what the rule lets one give alone it is approved at once; up to the most it waits for somebody else.
    2. Above the most, and without a rule, it is refused: `Invalid`. All remedies of a case under one rule count together.
    3. With `due_at` the approved remedy is promised by then.
    """
    by.require(Right.ANSWER)
    currency = currency.strip().upper()
    _check(kind, amount, times, due_at)
    if not Case.objects.select_for_update().filter(pk=case.pk, state=Case.State.OPEN).exists():
        raise Conflict("The case is not open. Nothing was given. Open it again first.")
    allowance = _allowance(case, kind, currency, amount * times)
    alone = amount * times <= allowance.alone
    remedy = Remedy(
        case=case, policy=allowance.policy, kind=kind, amount=amount, times=times, user_id=by.user_id, due_at=due_at
    )
    remedy.state = Remedy.State.APPROVED if alone else Remedy.State.PROPOSED
    remedy.currency = allowance.policy.currency if amount else ""
    remedy.text, remedy.at = clean(text).strip()[:1000], now()
    remedy.save()
    _tell("remedy_proposed", remedy, by=by, alone=alone)
    if alone:
        _promise(remedy, by=by)
    else:
        telling.tell(case.team.lead_id, "remedy_waits", case=case, by=by)
    return remedy


@transaction.atomic
def approve(remedy: Remedy, *, by: Viewer) -> Remedy:
    """Approve what a colleague proposed. Nobody approves the own."""
    _may_decide(remedy, by)
    if remedy.policy is None or remedy.policy.ended_at is not None:
        raise Conflict(
            "The rule for this remedy has ended. It still waits. Decline it, or propose it under a new rule."
        )
    _decide(remedy, Remedy.State.APPROVED, by=by)
    _tell("remedy_approved", remedy, by=by)
    _promise(remedy, by=by)
    _tell_proposer("remedy_approved", remedy, by=by)
    return remedy


@transaction.atomic
def decline(remedy: Remedy, *, reason: str, by: Viewer) -> Remedy:
    """Decline what a colleague proposed, with a reason that they read."""
    _may_decide(remedy, by)
    words = clean(reason).strip()
    if not words:
        raise Invalid("Say why, so that your colleague can do better. It still waits.", "reason")
    _decide(remedy, Remedy.State.DECLINED, reason=words, by=by)
    _tell("remedy_declined", remedy, by=by)
    _tell_proposer("remedy_declined", remedy, by=by)
    return remedy


@transaction.atomic
def give(remedy: Remedy, *, by: Viewer) -> Remedy:
    """It was given: the money is on its way, the parcel left. A promise of it is kept with that."""
    by.require(Right.ANSWER)
    at = now()
    _move(remedy, (Remedy.State.APPROVED,), state=Remedy.State.GIVEN, given_at=at)
    _tell("remedy_given", remedy, by=by)
    promise = remedy.promise
    if promise is not None and promise.state in {Promise.State.OPEN, Promise.State.BROKEN}:
        promising.keep(promise, how=remedy.text or str(remedy.get_kind_display()), by=by, at=at)
    return remedy


@transaction.atomic
def withdraw(remedy: Remedy, *, by: Viewer) -> Remedy:
    """Take back what was proposed and not given yet. What was promised with it stays promised."""
    by.require(Right.ANSWER)
    if remedy.user_id != by.user_id:
        by.require(Right.APPROVE_REMEDIES)
    _move(remedy, (Remedy.State.PROPOSED, Remedy.State.APPROVED), state=Remedy.State.WITHDRAWN)
    _tell("remedy_withdrawn", remedy, by=by)
    return remedy


def _check(kind: str, amount: Decimal, times: int, due_at: datetime | None) -> None:
    if kind not in RemedyKind.values:
        raise Invalid("Choose what to give. Nothing was kept.", "kind")
    allowances.check_amount(amount, "amount")
    if not 1 <= times <= MOST_TIMES:
        raise Invalid("Give it between once and %(most)s times. Nothing was kept.", "times", most=MOST_TIMES)
    if due_at is not None and due_at <= now():
        raise Invalid("A promise needs a date that is still to come. Nothing was kept.", "due")


def _allowance(case: Case, kind: str, currency: str, total: Decimal) -> Allowance:
    allowance = allowances.for_remedy(case, kind, currency if total else "")
    if allowance is None:
        raise Invalid(
            "No rule allows this here. Nothing was given. Ask your lead for a rule, or choose another remedy."
        )
    if total > allowance.approved:
        raise Invalid(
            "The rule allows %(most)s %(currency)s in one case; %(used)s are used. Nothing was given. Give less.",
            "amount",
            most=allowance.policy.most,
            currency=allowance.policy.currency,
            used=allowance.used,
        )
    return allowance


def _may_decide(remedy: Remedy, by: Viewer) -> None:
    by.require(Right.APPROVE_REMEDIES)
    if remedy.user_id == by.user_id:
        raise NotAllowed("You proposed this yourself, so somebody else decides. It still waits.")


def _decide(remedy: Remedy, state: Remedy.State, *, by: Viewer, reason: str = "") -> None:
    _move(remedy, (Remedy.State.PROPOSED,), state=state, decided_by_id=by.user_id, decided_at=now(), reason=reason)


def _move(remedy: Remedy, before: tuple[Remedy.State, ...], **change: object) -> None:
    moved = Remedy.objects.filter(pk=remedy.pk, state__in=before).update(**change)
    remedy.refresh_from_db()
    if not moved:
        raise Conflict("This remedy was decided on meanwhile. Nothing was changed. Load the page again.")


def _promise(remedy: Remedy, *, by: Viewer) -> None:
    """Whoever approves lets the promise stand; its date may be past by then, and the proposer must name a new one."""
    if remedy.due_at is None:
        return
    words = remedy.text or str(remedy.get_kind_display())
    remedy.promise = promising.promise(remedy.case, text=words, due_at=remedy.due_at, by=by)
    remedy.save(update_fields=["promise"])


def _tell_proposer(kind: str, remedy: Remedy, *, by: Viewer) -> None:
    if remedy.user_id is not None:
        telling.tell(remedy.user_id, kind, case=remedy.case, by=by)


def _tell(kind: str, remedy: Remedy, *, by: Viewer, **facts: object) -> None:
    case = remedy.case
    data = {"remedy": remedy.pk, "what": remedy.kind, **facts}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
