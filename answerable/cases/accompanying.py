"""Standing by a case without holding it: following, and pushing it. A push has a clock of its own.

An agent or a lead lets somebody follow a case, whatever team it is of; a representative, like anybody, may follow by
themselves only what they see already. A push is answered with a word, or by an answer to the customer; that a case
changes hands answers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from answerable.cases import telling
from answerable.cases.models import Case, Follower, Push
from answerable.conversations.cleaning import clean
from answerable.core import access, granting, journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership, User
from answerable.core.moments import now

FOLLOWS = "follows"
MOST_AT_ONCE = 500


def follow(case: Case, *, by: Viewer, user: User | None = None) -> Follower:
    """Let somebody stand by the case: oneself, or a colleague, who sees it from now on. Doing it again changes nothing."""
    by.require(Right.READ_CASES)
    user_id = user.pk if user is not None else by.user_id
    if user_id != by.user_id:
        by.require(Right.ANSWER)
    access.one(Membership, by, user_id=user_id, ended_at=None)
    follower, fresh = Follower.objects.get_or_create(case=case, user_id=user_id, ended_at=None, defaults={"at": now()})
    if fresh:
        granting.grant(case.pk, why=FOLLOWS, by=by, user_id=user_id)
        _write("case_followed", case, by=by, follower=follower.pk, user=user_id)
        if user_id != by.user_id:
            telling.tell(user_id, "case_followed", case=case, by=by)
    return follower


def unfollow(case: Case, *, by: Viewer, user: User | None = None) -> None:
    """Stand by it no longer. Raises `Conflict` for somebody who does not follow it."""
    user_id = user.pk if user is not None else by.user_id
    if user_id != by.user_id:
        by.require(Right.ANSWER)
    if not Follower.objects.filter(case=case, user_id=user_id, ended_at=None).update(ended_at=now()):
        raise Conflict("Nobody of this name follows the case. Nothing was changed.")
    granting.withdraw(case.pk, why=FOLLOWS, by=by, user_id=user_id)
    _write("case_unfollowed", case, by=by, user=user_id)


def push(case: Case, *, text: str, by: Viewer) -> Push:
    """Ask for movement. The holder is told, for a queue its lead, and owes a word within the team's `push_hours`.

    Raises `NotAllowed` for who does not follow the case, `Invalid` without words, `Conflict` while one's last push is
    unanswered or when the case is not open.
    """
    by.require(Right.READ_CASES)
    words, at = clean(text).strip(), now()
    if not Follower.objects.filter(case=case, user_id=by.user_id, ended_at=None).exists():
        raise NotAllowed("Only who follows a case pushes it. Nothing was changed. Follow it first.")
    if not words:
        raise Invalid("Say what should move. Nothing was sent.", "text")
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    if not fresh.is_open:
        raise Conflict("The case is closed. Nothing was sent. Open it again, if it was not solved.")
    if Push.objects.filter(case=case, user_id=by.user_id, answered_at=None).exists():
        raise Conflict("Your last push is not answered yet. Nothing was sent. Its clock runs, and the lead will hear.")
    due = at + timedelta(hours=fresh.team.push_hours)
    made = Push.objects.create(case=fresh, user_id=by.user_id, text=words, at=at, answer_by=due)
    _write("case_pushed", fresh, by=by, push=made.pk, answer_by=due.isoformat())
    telling.tell(fresh.holder_user_id or fresh.team.lead_id, "case_pushed", case=fresh, by=by)
    return made


def answer(push: Push, *, text: str, by: Viewer) -> Push:
    """Say what was done; who pushed is told. Raises `Invalid` without words, `Conflict` when somebody answered first."""
    by.require(Right.ANSWER)
    words = clean(text).strip()
    if not words:
        raise Invalid("Say what was done, or what will be. The push stays open.", "text")
    if not _answered(push, user_id=by.user_id, words=words, at=now(), by=by):
        raise Conflict("The push was answered already. Nothing was changed.")
    return push


@transaction.atomic
def customer_answered(case_ids: Iterable[int], *, by: House | None = None) -> int:
    """The customer got an answer: what was pushed before it was written is answered with it. Returns how many pushes."""
    count = 0
    for push in Push.objects.select_related("case").filter(case_id__in=case_ids, answered_at=None).order_by("pk"):
        written = Event.objects.filter(
            chain=f"case:{push.case_id}", kind="reply_queued", at__gt=push.at, user__isnull=False
        ).first()
        if written is not None and written.user_id is not None:
            house = by or House(push.case.workspace_id, "custody")
            count += _answered(push, user_id=written.user_id, words="", at=now(), by=house)
    return count


def unanswered(*, at: datetime) -> list[Push]:
    """Pushes whose time is up and whose lead does not know yet."""
    late = Push.objects.filter(answered_at=None, lead_told_at=None, answer_by__lte=at, case__state=Case.State.OPEN)
    return list(late.select_related("case__team").order_by("answer_by")[:MOST_AT_ONCE])


@transaction.atomic
def tell_lead(push: Push, *, by: Actor) -> bool:
    """The lead hears of a push that nobody answered in time, once; False when it was answered meanwhile."""
    late = Push.objects.filter(pk=push.pk, answered_at=None, lead_told_at=None).update(lead_told_at=now())
    if late:
        _write("push_unanswered", push.case, by=by, push=push.pk)
        telling.tell(push.case.team.lead_id, "push_unanswered", case=push.case, by=by)
    return bool(late)


def _answered(push: Push, *, user_id: int, words: str, at: datetime, by: Actor) -> bool:
    done = Push.objects.filter(pk=push.pk, answered_at=None).update(
        answered_at=at, answered_by_id=user_id, answer=words
    )
    push.refresh_from_db()
    if done:
        _write("push_answered", push.case, by=by, push=push.pk, with_a_word=bool(words))
        telling.tell(push.user_id, "push_answered", case=push.case, by=by)
    return bool(done)


def _write(kind: str, case: Case, *, by: Actor, **data: object) -> None:
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
