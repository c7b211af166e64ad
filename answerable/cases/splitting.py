"""Splitting a case in two, and moving one message: what lies in the wrong place goes where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from answerable.cases import belongings, closing, figures, moves, redirects, steps
from answerable.cases.filing import subject_of
from answerable.cases.models import Case, Filing, Move, Suggestion
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Contact, Conversation, Message
from answerable.conversations.recording import remember_ids
from answerable.core.access import Actor, Viewer
from answerable.core.errors import Conflict, Invalid


@transaction.atomic
def split(case: Case, messages: Collection[int], *, subject: str, reason: str, by: Actor) -> Move:
    """Open a new case with these messages of a case, at the same holder and owing the same by the same time.

    A thread goes on where its newest message lies. The move's `into_case` is the new case. Raises `Invalid` when
    nothing that somebody said would go or stay, or the subject is missing, and `Conflict` when a message is elsewhere.
    """
    at, title = moves.begin(by=by), clean(subject).strip()[:400]
    moves.same_workspace(case, by=by)
    case = redirects.lock([case.pk])[case.pk]
    if not title:
        raise Invalid("The new case needs a subject. Nothing was split.", "subject")
    filings = _chosen(case, messages)
    new = _open(case, filings, title, at)
    return _move(Move.Sort.SPLIT, case, new, filings, kind="case_split", reason=reason, by=by, at=at)


@transaction.atomic
def refile(message: Message, *, into: Case, by: Actor, reason: str = "") -> Move:
    """Move one message to another case, or to the case where that goes on.

    Raises `Invalid` when nothing that somebody said would stay, `Conflict` when it lies there already.
    """
    at = moves.begin(by=by)
    moves.same_workspace(into, by=by)
    here = Filing.objects.get(message=message)
    locked = redirects.lock([here.case_id, into.pk])
    case, into = locked[here.case_id], locked[into.pk]
    moves.same_workspace(case, by=by)
    if case.pk == into.pk:
        raise Conflict("The message lies in %(number)s already. Nothing was moved.", number=into.number)
    filings = _chosen(case, [message.pk])
    return _move(Move.Sort.REFILE, case, into, filings, kind="message_moved", reason=reason, by=by, at=at)


@transaction.atomic
def part(message: Message, *, by: Actor, reason: str = "") -> Move:
    """What a rule joined because it seemed the same problem is another one: it goes, with all that followed in its thread.

    They go into a case of their own, which is not joined with or suggested to the one that they leave again by its
    evidence. The move can be undone. Raises `Conflict` for a message that no rule joined, or that a person moved since.
    """
    at = moves.begin(by=by)
    filing = Filing.objects.select_related("case", "message").get(message=message)
    if filing.why not in (Filing.Why.SAME_PROBLEM, Filing.Why.CALLED_BACK):
        raise Conflict("No rule joined this message, or a person moved it since. Nothing was changed.")
    thread = Filing.objects.filter(
        case=filing.case, message__conversation=message.conversation_id, message_id__gte=message.pk
    )
    going = list(thread.order_by("message_id").values_list("message_id", flat=True))
    title = subject_of(filing.message)
    move = split(filing.case, going, subject=title, reason=reason, by=by)
    _stay_apart(move, message, by=by, at=at)
    return move


def _stay_apart(move: Move, message: Message, *, by: Actor, at: datetime) -> None:
    facts = {"state": Suggestion.State.DECLINED, "decided_at": at, "reason": move.reason, "message": message, "at": at}
    decided_by = by.user_id if isinstance(by, Viewer) else None
    Suggestion.objects.update_or_create(
        case_id=move.into_case_id,
        other_id=move.from_case_id,
        defaults={**facts, "workspace_id": move.workspace_id, "decided_by_id": decided_by},
    )


def _chosen(case: Case, messages: Collection[int]) -> list[Filing]:
    """The filings of these messages. Something that somebody said goes and something stays: no case is left empty."""
    everything = moves.filings_of(case)
    chosen = [each for each in everything if each.message_id in set(messages)]
    if len(chosen) != len(set(messages)):
        raise Conflict("Some of these messages lie in another case by now. Nothing was moved. Load the page again.")
    if not _says_something(chosen):
        raise Invalid("Choose at least one message. A note alone is not moved. Nothing was changed.", "messages")
    if not _says_something([each for each in everything if each not in chosen]):
        raise Invalid(
            "Nothing would be left in %(number)s. Nothing was moved. To move all of it, merge the case.",
            "messages",
            number=case.number,
        )
    return chosen


def _says_something(filings: Sequence[Filing]) -> bool:
    return any(each.message.direction != Message.Direction.NOTE for each in filings)


def _open(case: Case, filings: Sequence[Filing], subject: str, at: datetime) -> Case:
    kept = case.holder_user_id is not None and moves.is_here(case.holder_user_id, case.workspace_id)
    return Case.objects.create(
        workspace_id=case.workspace_id,
        contact=_contact(case, filings),
        team_id=case.team_id,
        holder_user_id=case.holder_user_id if kept else None,
        holder_team_id=None if kept else case.team_id,
        subject=subject,
        product=case.product,
        language=case.language,
        tags=case.tags,
        opened_at=at,
        first_word_at=case.first_word_at,
        promised_at=case.promised_at,
        last_at=case.last_at,
    )


def _contact(case: Case, filings: Sequence[Filing]) -> Contact:
    heard = [each for each in filings if each.message.direction == Message.Direction.IN] or filings
    threads = [each.message.conversation_id for each in heard if each.message.conversation_id is not None]
    thread = Conversation.objects.select_related("contact").filter(pk__in=threads[:1]).first()
    return thread.contact if thread else case.contact


def _move(
    sort: Move.Sort,
    case: Case,
    into: Case,
    filings: Sequence[Filing],
    *,
    kind: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> Move:
    move = moves.record(sort, case, into, filings, reason=clean(reason).strip(), evidence=(), by=by, at=at)
    messages = [each.message_id for each in filings]
    moves.remember(move, **belongings.take_of_messages(messages, into))
    if not into.is_open and moves.speaks(filings):
        closing.reopen(into, because="moved_here", by=by, at=at)
    for each in (case, into):
        figures.renew(each)
    _name(into, move)
    moves.tell(kind, move, [case, into], by=by, at=at, messages=len(filings), message=messages[0])
    return move


def _name(into: Case, move: Move) -> None:
    """The number of the case is known from now on in the threads that go on in it."""
    for thread in Conversation.objects.select_related("source").filter(pk__in=move.conversations):
        going_on = steps.case_of(thread)
        if going_on is not None and going_on.pk == into.pk:
            remember_ids(thread, None, thread.source.kind, steps.names_of(into))
