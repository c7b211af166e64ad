"""Promises: what we said we would do, and by when. An unkept one keeps the case from counting as solved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from answerable.cases import closing, endings, resolving, telling
from answerable.cases.models import Case, Promise
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

LONGEST = 1000


@transaction.atomic
def promise(
    case: Case, *, text: str, due_at: datetime, by: Viewer, message: Message | None = None, at: datetime | None = None
) -> Promise:
    """Promise something by a date; `message` is the answer that says so.

    Raises `Invalid` without words or for a date that is past, `Conflict` for a case that is not open.
    """
    by.require(Right.ANSWER)
    at, words = at or now(), clean(text).strip()[:LONGEST]
    if not words:
        raise Invalid("Say what is promised. Nothing was kept.", "promise_text")
    if due_at <= at:
        raise Invalid("A promise needs a date that is still to come. Nothing was kept.", "promise_due")
    if not Case.objects.select_for_update().filter(pk=case.pk, state=Case.State.OPEN).exists():
        raise Conflict("The case is not open. Nothing was promised. Open it again first.")
    made = Promise.objects.create(case=case, text=words, due_at=due_at, message=message, user_id=by.user_id, at=at)
    _tell("promise_made", made, by=by, at=at, due_at=due_at.isoformat())
    return made


@transaction.atomic
def keep(promise: Promise, *, how: str, by: Viewer, at: datetime | None = None) -> Promise:
    """Say that it was done, and how. A broken one may be kept late; that it was broken stays on record."""
    by.require(Right.ANSWER)
    return _settle(promise, Promise.State.KEPT, "promise_kept", how=how, by=by, at=at)


@transaction.atomic
def release(promise: Promise, *, words: str, by: Viewer, at: datetime | None = None) -> Promise:
    """The customer said that it is no longer needed; `words` says how they said so."""
    by.require(Right.ANSWER)
    return _settle(promise, Promise.State.RELEASED, "promise_released", how=words, by=by, at=at)


@transaction.atomic
def break_due(promise: Promise, *, by: Actor, at: datetime | None = None) -> bool:
    """Its time is up: mark it as broken, tell holder and lead, and bring a closed case back to its holder.

    False when it was kept, released or marked meanwhile, or is not due yet.
    """
    at = at or now()
    due = Promise.objects.filter(pk=promise.pk, state=Promise.State.OPEN, due_at__lte=at)
    if not due.update(state=Promise.State.BROKEN, broken_at=at):
        return False
    promise.refresh_from_db()
    _tell("promise_broken", promise, by=by, at=at)
    case = promise.case
    if case.state == Case.State.CLOSED:
        closing.reopen(case, because="promise_broken", by=by, at=at)
    for user_id in _who_answers_for(case):
        telling.tell(user_id, "promise_broken", case=case, by=by)
    return True


def _settle(promise: Promise, state: Promise.State, kind: str, *, how: str, by: Viewer, at: datetime | None) -> Promise:
    at, words = at or now(), clean(how).strip()
    if not words:
        raise Invalid("Say in a sentence how. The promise stays as it is.", "how")
    settled = Promise.objects.filter(Q(state__in=endings.UNKEPT), pk=promise.pk).update(
        state=state, settled_at=at, settled_by_id=by.user_id, how=words
    )
    promise.refresh_from_db()
    if not settled:
        raise Conflict("This promise was settled already. Nothing was changed.")
    _tell(kind, promise, by=by, at=at, late=promise.broken_at is not None or promise.due_at < at)
    resolving.settle(promise.case, by=by, at=at)
    return promise


def _who_answers_for(case: Case) -> list[int]:
    people = (case.holder_user_id, case.team.lead_id)
    return list(dict.fromkeys(each for each in people if each is not None))


def _tell(kind: str, promise: Promise, *, by: Actor, at: datetime, **facts: object) -> None:
    case = promise.case
    data = {"promise": promise.pk, **facts}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
