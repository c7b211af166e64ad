"""What became of an attempt, written to the reply, the case and the journal together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.conversations.models import Identity
from answerable.conversations.recording import remember_ids
from answerable.core import jobs, journal
from answerable.core.access import Actor, House
from answerable.core.moments import now
from answerable.replies.models import Attempt, Reply

WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
GIVE_UP_AFTER = timedelta(hours=24)
SETTLED = frozenset({Reply.State.SENT, Reply.State.FAILED, Reply.State.TAKEN_BACK})


class Overtaken(Exception):
    """The attempt was ended by somebody else meanwhile; whoever still works on it has nothing more to say."""


@transaction.atomic
def sent(
    reply: Reply,
    attempt: Attempt,
    *,
    external_id: str,
    left_out: Mapping[str, str] = MappingProxyType({}),
    part_ids: tuple[str, ...] = (),
) -> None:
    """The other side took it; for those in `left_out` it did not, and the answer, its holder and the address say so."""
    words = " ".join(f"It did not reach {value}: {why}" for value, why in left_out.items())
    _end(attempt, Attempt.State.SENT, words)
    _move(reply, Reply.State.SENT, external_id=external_id, trouble=words)
    for value, why in left_out.items():
        _unreachable(reply, value, why)
    remember_ids(
        reply.conversation,
        reply.message,
        reply.conversation.source.kind,
        tuple(dict.fromkeys((external_id, *part_ids))),
    )
    tell("reply_sent", reply, attempt=attempt.number)


def _unreachable(reply: Reply, value: str, why: str) -> None:
    """The customer has no answer yet, so the case waits for us again; a copy that failed is only told."""
    missed = Identity.objects.filter(workspace_id=reply.workspace_id, value=value)
    missed.update(unreachable_at=now(), unreachable_because=why[:500])
    case = case_of(reply)
    if missed.filter(contact_id=case.contact_id).exists():
        Case.objects.filter(pk=case.pk).update(waiting_since=None, waiting_for="")
    tell("reply_left_out", reply, identities=list(missed.values_list("pk", flat=True)))


@transaction.atomic
def refused(reply: Reply, attempt: Attempt, *, words: str) -> None:
    """The other side said no for good: the case comes back and its holder is told."""
    _end(attempt, Attempt.State.REFUSED, words)
    fail(reply, words=words)


@transaction.atomic
def later(reply: Reply, attempt: Attempt, *, words: str, after: float | None = None) -> None:
    """Not now. Waits grow; after `GIVE_UP_AFTER` it fails honestly instead of trying for ever."""
    _end(attempt, Attempt.State.LATER, words)
    if now() - reply.created_at > GIVE_UP_AFTER:
        fail(reply, words=words)
        return
    pause = WAITS[min(reply.tries, len(WAITS)) - 1]
    wait(reply, after=max(pause, timedelta(seconds=after or 0)), words=words)


@transaction.atomic
def unknown(reply: Reply, attempt: Attempt, *, words: str) -> None:
    """It may have gone out. It is looked up on the channel, or a person says, unless the network told of it meanwhile."""
    told = Reply.objects.filter(pk=reply.pk).values_list("external_id", flat=True).first()
    if told:
        sent(reply, attempt, external_id=told)
        return
    _end(attempt, Attempt.State.UNKNOWN, words)
    _move(reply, Reply.State.UNKNOWN, trouble=words)
    tell("reply_unknown", reply, attempt=attempt.number)
    jobs.later("replies.jobs.look_up", after=2, reply_id=reply.pk)


@transaction.atomic
def never_posted(reply: Reply, attempt: Attempt, *, by: Actor) -> None:
    """Whoever was to post it by hand took it back. The case has waited for us all the time."""
    _end(attempt, Attempt.State.TAKEN_BACK, "")
    _move(reply, Reply.State.TAKEN_BACK)
    tell("reply_taken_back", reply, by=by)


def answered(case: Case, *, at: datetime) -> None:
    """Our answer makes it the customer's turn. Who is told that we wait for others owes us nothing, so that stays."""
    if case.waiting_for != Case.WaitingFor.THIRD_PARTY:
        case.waiting_since, case.waiting_for = at, Case.WaitingFor.CUSTOMER
    case.first_answer_at = case.first_answer_at or at
    case.save(update_fields=["waiting_since", "waiting_for", "first_answer_at"])


def wait(reply: Reply, *, after: timedelta, words: str) -> Reply:
    """Put it back into the queue for a later try."""
    _move(reply, Reply.State.QUEUED, trouble=words, next_try_at=now() + after)
    lock = f"conversation:{reply.conversation_id}"
    jobs.later("replies.jobs.send", lock=lock, after=after.total_seconds(), reply_id=reply.pk)
    return reply


def fail(reply: Reply, *, words: str, at: datetime | None = None) -> None:
    """A final failure: the case no longer waits for the customer, opens again, and its holder sees why."""
    _move(reply, Reply.State.FAILED, trouble=words)
    by = House(reply.workspace_id, "replies")
    case = case_of(reply)
    Case.objects.filter(pk=case.pk).update(waiting_since=None, waiting_for="")
    closing.reopen(case, because="reply_failed", by=by, at=at)
    tell("reply_failed", reply)


def tell(kind: str, reply: Reply, *, by: Actor | None = None, **data: object) -> None:
    """The journal line of a reply, on the chain of its case."""
    actor = by or House(reply.workspace_id, "replies")
    facts = {"reply": reply.pk, **data}
    case = case_of(reply)
    journal.write(kind, by=actor, case_id=case.pk, team_id=case.team_id, data=facts)


def case_of(reply: Reply) -> Case:
    """The case in which the answer lies now: the one it was written in may have been merged or split since."""
    return Case.objects.get(filings__message=reply.message_id)


def _end(attempt: Attempt, state: Attempt.State, words: str) -> None:
    at = now()
    mine = Attempt.objects.filter(pk=attempt.pk, state=attempt.state)
    if not mine.update(state=state, words=words[:2000], ended_at=at):
        raise Overtaken
    attempt.state, attempt.words, attempt.ended_at = state, words[:2000], at


def _move(
    reply: Reply,
    state: Reply.State,
    *,
    trouble: str = "",
    external_id: str | None = None,
    next_try_at: datetime | None = None,
) -> None:
    reply.state, reply.trouble, reply.next_try_at = state, trouble[:2000], next_try_at
    reply.external_id = external_id[:500] if external_id is not None else reply.external_id
    reply.settled_at = now() if state in SETTLED else None
    reply.save(update_fields=["state", "trouble", "next_try_at", "external_id", "settled_at"])
