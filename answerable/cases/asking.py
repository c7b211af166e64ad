"""“Is it solved?”: the question that only the customer can answer. How it travels is the business of replies."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from answerable.cases import closing, endings, plain_words, redirects, resolving, telling
from answerable.cases.models import Asking, Case, Closure, Disposition
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.errors import Conflict
from answerable.core.moments import now

MAY_BE_SOLVED = frozenset({Disposition.SOLVED, Disposition.ANSWERED})
ARRIVED = ("sent", "delivered", "seen")
"""States of a reply that may be answered. Silence about a question that never went out says nothing."""
LONGEST_WORDS = 2000


def put(
    closure: Closure, *, message: Message, digest: str, language: str, by: Actor, at: datetime | None = None
) -> Asking:
    """Keep that the customer was asked with this message. Raises `Conflict` when they were asked about this closure."""
    at, case = at or now(), closure.case
    answer_by = at + timedelta(days=case.workspace.silence_days)
    asking, fresh = Asking.objects.get_or_create(
        closure=closure,
        defaults={
            "case": case,
            "message": message,
            "digest": digest,
            "language": language,
            "at": at,
            "answer_by": answer_by,
        },
    )
    if not fresh:
        raise Conflict("The customer was asked already. Nothing was sent again.")
    data = {"asking": asking.pk, "message": message.pk, "audience": message.audience}
    journal.write("solved_asked", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return asking


@transaction.atomic
def answer(asking: Asking, *, yes: bool, by: Actor, words: str = "", at: datetime | None = None) -> Asking:
    """Take the customer's answer; one that comes after the silence was counted still counts.

    Yes is the customer's word, and the case counts as resolved when its promises are kept. No opens it again at its
    holder, with the same clock. Of a case that was merged since, no opens the one in which it goes on; yes says
    nothing about that one, which may hold another problem. Raises `Conflict` when it was answered, or the case is open again.
    """
    at = at or now()
    said = Asking.Answer.YES if yes else Asking.Answer.NO
    _note(asking, Q(answer__in=["", Asking.Answer.SILENCE]), said, by=by, at=at, words=clean(words).strip())
    if yes:
        Closure.objects.filter(pk=asking.closure_id).update(whose_word=Closure.Word.CUSTOMER)
        resolving.settle(asking.case, by=by, at=at)
        return asking
    case = redirects.living(asking.case)
    closing.reopen(case, because="not_solved", by=by, at=at)
    telling.tell(case.holder_user_id or case.team.lead_id, "not_solved", case=case, by=by)
    return asking


def hear(case: Case, message: Message, *, by: Actor) -> bool:
    """Does this message of the customer answer the question, and is it nothing but a yes or a no? Then take it as that.

    Anything with more words in it is read by a person.
    """
    asking = Asking.objects.select_related("case__team").filter(case=case, closure__reopened_at=None).first()
    if asking is None or asking.answer not in {"", Asking.Answer.SILENCE}:
        return False
    yes = plain_words.answer_in(message.text, asking.language)
    if yes is None or message.author is None or message.author.contact_id != case.contact_id:
        return False
    answer(asking, yes=yes, by=by, at=message.received_at)
    case.refresh_from_db()
    return True


@transaction.atomic
def count_silence(asking: Asking, *, by: Actor, at: datetime | None = None) -> bool:
    """The time for an answer is over: the policy's word stands in for the customer's. False when it is not silent.

    Where every answer sent the customer elsewhere, silence means that they gave up: it is noted and resolves nothing.
    """
    at = at or now()
    silent = Q(answer="", answer_by__lte=at, message__reply__state__in=ARRIVED, case__state=Case.State.CLOSED)
    if not Asking.objects.filter(silent, pk=asking.pk, closure__reopened_at=None).exists():
        return False
    _note(asking, silent, Asking.Answer.SILENCE, by=by, at=at)
    if asking.closure.disposition in MAY_BE_SOLVED and not endings.only_deflected(asking.case):
        Closure.objects.filter(pk=asking.closure_id).update(whose_word=Closure.Word.POLICY)
        resolving.settle(asking.case, by=by, at=at)
    return True


def _note(asking: Asking, if_: Q, said: Asking.Answer, *, by: Actor, at: datetime, words: str = "") -> None:
    """One answer wins, whoever comes at the same time: the link, a message, the silence."""
    not_open = Q(closure__reopened_at=None) & ~Q(case__state=Case.State.OPEN)
    open_ = Asking.objects.filter(if_, not_open, pk=asking.pk)
    if not open_.update(answer=said, answered_at=at, words=words[:LONGEST_WORDS]):
        raise Conflict("This question was answered, or the case is open again. Write to us if there is more to say.")
    asking.refresh_from_db()
    case = asking.case
    data = {"asking": asking.pk, "answer": said.value}
    journal.write("solved_answered", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
