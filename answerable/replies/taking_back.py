"""Taking an answer of ours back from its channel. What was said stays in the case; that it was taken back, by whom and why,
stands beside it.

1. Asked: the reason is kept and the job deferred, in one transaction.
2. The connector says the call. It may be repeated: what is gone is gone. So silence means "again later".
3. Gone: the answer is `taken_back`. The other side's "no" for good ends it, and the page says so.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from answerable.cases.models import Case
from answerable.channels import calling, health
from answerable.channels.contract import Can, ConnectorError, Reauthorise, TakesBack, TryLater, Unreadable
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import jobs
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused
from answerable.replies import outcomes
from answerable.replies.models import Reply, TakingBack

OUT = (Reply.State.SENT, Reply.State.DELIVERED, Reply.State.SEEN)
LONGEST = 400


def possible(reply: Reply) -> bool:
    """Is it out, on a channel that lets us take it away?"""
    return reply.state in OUT and bool(reply.external_id) and reply.conversation.source.can(Can.TAKE_BACK)


def ask(reply: Reply, *, because: str, by: Viewer) -> TakingBack:
    """Take a reply back, for a reason. Raises `Invalid` without one, `Conflict` where it is not out or asked already."""
    by.require(Right.ANSWER)
    reason = clean(because).strip()[:LONGEST]
    if not reason:
        raise Invalid("Say why it is taken back. Nothing was changed.", "because")
    if not possible(reply):
        raise Conflict("This answer cannot be taken back on its channel. Nothing was changed. Load the page.")
    try:
        with transaction.atomic():
            TakingBack.objects.filter(reply=reply, done_at=None).exclude(ended_at=None).delete()
            asked = TakingBack.objects.create(reply=reply, user_id=by.user_id, because=reason, at=now())
    except IntegrityError:
        raise Conflict("It is being taken back already. Nothing was changed. Load the page.") from None
    outcomes.tell("reply_taking_back", reply, by=by)
    _later(asked, after=timedelta(0))
    return asked


def take_back(asked: TakingBack) -> None:
    """Try once. One that is settled, or whose source is paused, stays as it is; the latter is tried again."""
    reply = asked.reply
    source = reply.conversation.source
    if asked.ended_at is not None:
        return
    if source.state != Source.State.ON:
        _again(asked, f"{source.label} is paused.", outcomes.WAITS[2])
        return
    try:
        _call(reply, source)
    except (Reauthorise, SignInRefused) as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
        _again(asked, error.sentence, outcomes.WAITS[2])
    except TryLater as error:
        _again(asked, error.sentence, timedelta(seconds=error.after))
    except (ConnectorError, Guarded) as error:
        _ended(asked, error.sentence)
    except NoAnswer as error:
        _again(asked, error.sentence, timedelta(0))
    else:
        _done(asked)


def _call(reply: Reply, source: Source) -> None:
    speaker = connector(source.kind)
    if not isinstance(speaker, TakesBack):
        raise Unreadable("This channel no longer takes answers back.")
    asked = calling.call(source, lambda values: speaker.take_back(reply.external_id, values), is_answer=True)
    speaker.taken_back(asked)


@transaction.atomic
def _done(asked: TakingBack) -> None:
    """The customer has one answer less: where it was the last word, the case waits for us again."""
    at, reply = now(), asked.reply
    TakingBack.objects.filter(pk=asked.pk).update(done_at=at, ended_at=at, trouble="")
    Reply.objects.filter(pk=reply.pk).update(state=Reply.State.TAKEN_BACK, settled_at=at)
    case = outcomes.case_of(reply)
    said = Message.objects.filter(filing__case=case).exclude(direction=Message.Direction.NOTE)
    if case.is_open and said.order_by("-received_at", "-pk").values_list("pk", flat=True).first() == reply.message_id:
        Case.objects.filter(pk=case.pk, waiting_for=Case.WaitingFor.CUSTOMER).update(waiting_since=None, waiting_for="")
    outcomes.tell("reply_removed", reply)


@transaction.atomic
def _ended(asked: TakingBack, words: str) -> None:
    TakingBack.objects.filter(pk=asked.pk).update(ended_at=now(), trouble=words[:2000])
    outcomes.tell("reply_not_removed", asked.reply)


@transaction.atomic
def _again(asked: TakingBack, words: str, after: timedelta) -> None:
    """Waits grow as those of a reply do; after a day it ends honestly instead of trying for ever."""
    if now() - asked.at > outcomes.GIVE_UP_AFTER:
        _ended(asked, words)
        return
    pause = outcomes.WAITS[min(asked.tries, len(outcomes.WAITS) - 1)]
    TakingBack.objects.filter(pk=asked.pk).update(tries=asked.tries + 1, trouble=words[:2000])
    _later(asked, after=max(pause, after))


def _later(asked: TakingBack, *, after: timedelta) -> None:
    lock = f"conversation:{asked.reply.conversation_id}"
    jobs.later("replies.jobs.take_back", lock=lock, after=after.total_seconds(), taking_back_id=asked.pk)
