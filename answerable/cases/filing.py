"""Filing messages: each joins the case of its problem, or opens one. The journal says which, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.cases import closing, redirects
from answerable.cases.models import Case, Filing, Suggestion
from answerable.channels.contract import Mark
from answerable.channels.models import Source
from answerable.conversations.models import Conversation, Message, Reference
from answerable.conversations.recording import Recorded
from answerable.conversations.threads import references
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Event

SHOWN_CHARACTERS = 200
AUTOMATIC = frozenset({Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE, Mark.BOUNCE, Mark.OWN_LOOP})
CASE_NAME = "case:"
LONGEST_NUMBER = 19
NEWEST = [
    "waiting_since",
    "waiting_for",
    "contacts_count",
    "last_at",
    "last_text",
    "last_audience",
    "last_direction",
    "channels",
]
"""The fields of a case that repeat its newest message."""


@dataclass(frozen=True)
class Step:
    """One message on its way into a case, which it may open. `related` is a conversation that it only names."""

    message: Message
    case: Case
    why: Filing.Why
    opens: bool = False
    related: Conversation | None = None


def file(recorded: Recorded, *, source: Source, by: Actor) -> Case | None:
    """File one recorded message and return its case; None for a machine's word that belongs to no case."""
    return file_all([recorded], source=source, by=by)[0]


def file_all(recorded: Sequence[Recorded], *, source: Source, by: Actor) -> list[Case | None]:
    """File recorded messages of one source, in this order; each knows what came before it.

    1. A message filed before stays where it is.
    2. A message of a known conversation joins the case of that conversation; a person's word reopens a closed one, a
       machine's never does.
    3. Anything else opens a case in the queue of the source's team; a machine's word opens none.
    """
    filed = _cases_of_messages([each.message for each in recorded if not each.fresh])
    going_on = _cases_of_conversations([each.message.conversation_id for each in recorded if not each.new_conversation])
    steps: list[Step] = []
    for each in recorded:
        if each.message.pk in filed:
            continue
        step = _step(each, going_on.get(each.message.conversation_id), source)
        if step is not None:
            steps.append(step)
            filed[each.message.pk] = going_on[each.message.conversation_id] = step.case
    _carry_out(steps, by=by)
    return [filed.get(each.message.pk) for each in recorded]


def file_into(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> None:
    """File a message into a case that is known already; one that was filed before stays where it is."""
    if not Filing.objects.filter(message=message).exists():
        join(case, message, why=why, by=by)


def case_of(conversation: Conversation | None) -> Case | None:
    """The newest case in which a conversation goes on."""
    if conversation is None:
        return None
    newest = Filing.objects.select_related("case").filter(message__conversation=conversation).order_by("-id").first()
    return newest.case if newest else None


def join(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> Case:
    """Put a message into a case and keep the case's newest words true, whoever else writes into it now.

    Returns the case that it is in: of a merged one, the case in which that goes on.
    """
    case = _as_it_is_now(case)
    _carry_out([Step(message, case, why)], by=by)
    return case


def open_case(recorded: Recorded, *, source: Source, by: Actor) -> Case:
    """Open a case for a message, in the queue of its source's team."""
    step = _opening(recorded, source)
    _carry_out([step], by=by)
    return step.case


def names_of(case: Case) -> tuple[str, ...]:
    """What a message may claim to belong to. Claims lead back here only for somebody who takes part already."""
    return (f"{CASE_NAME}{case.number}", f"reply:{case.number}", f"subject:{case.number}")


def is_automatic(message: Message) -> bool:
    """Did a machine write it? Then it is kept and shown, and moves nothing."""
    return bool(AUTOMATIC & set(message.marks))


def speaks_for_itself(message: Message) -> bool:
    """A person's own word, not a machine's."""
    return message.direction == Message.Direction.IN and not is_automatic(message)


def show(case: Case, message: Message) -> None:
    """Let the case say this message in lists."""
    case.last_at = message.received_at
    case.last_text = " ".join(message.text.split())[:SHOWN_CHARACTERS]
    case.last_audience, case.last_direction = message.audience, message.direction


def subject_of(message: Message) -> str:
    """The subject that was given, else the first line of what was said."""
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    return (message.subject.strip() or (lines[0] if lines else "") or "—")[:400]


def _cases_of_messages(messages: Sequence[Message]) -> dict[int, Case]:
    if not messages:
        return {}
    filings = Filing.objects.select_related("case").filter(message__in=messages)
    return {filing.message_id: filing.case for filing in filings}


def _as_it_is_now(case: Case) -> Case:
    """The same object, locked and with its newest words; another one when it was merged."""
    living = redirects.lock([case.pk])[case.pk]
    if living.pk != case.pk:
        return living
    for name in (*NEWEST, "state", "closed_at"):
        setattr(case, name, getattr(living, name))
    return case


def _cases_of_conversations(conversations: Sequence[int | None]) -> dict[int | None, Case]:
    """The newest case of each, locked in one order for all, and one object a case, whichever conversation leads to it."""
    wanted = {each for each in conversations if each is not None}
    if not wanted:
        return {}
    filings = Filing.objects.filter(message__conversation__in=wanted).order_by("message__conversation", "-id")
    newest = dict(filings.distinct("message__conversation").values_list("message__conversation", "case"))
    newest |= _cases_of_silent(wanted - newest.keys())
    cases = redirects.lock(newest.values()) if newest else {}
    return {conversation: cases[case] for conversation, case in newest.items()}


def _cases_of_silent(conversations: set[int]) -> dict[int, int]:
    """The cases of conversations that we began and in which nothing is filed yet: their numbers lead there.

    A number counts only in a conversation with the contact of that case. What a stranger quotes opens nothing.
    """
    if not conversations:
        return {}
    named = Reference.objects.filter(conversation__in=conversations, value__startswith=CASE_NAME).order_by("id")
    asked = {each.conversation_id: number for each in named if (number := _running_number(each.value))}
    theirs = dict(Case.objects.filter(pk__in=asked.values()).values_list("pk", "contact_id"))
    known = dict(Conversation.objects.filter(pk__in=asked).values_list("pk", "contact_id"))
    return {each: case for each, case in asked.items() if theirs.get(case) == known[each]}


def _running_number(name: str) -> int:
    running = name.rpartition("-")[2]
    return int(running) if running.isdecimal() and len(running) < LONGEST_NUMBER else 0


def _step(recorded: Recorded, case: Case | None, source: Source) -> Step | None:
    if case is not None:
        return Step(recorded.message, case, Filing.Why.SAME_THREAD)
    return None if is_automatic(recorded.message) else _opening(recorded, source)


def _opening(recorded: Recorded, source: Source) -> Step:
    message, conversation = recorded.message, recorded.message.conversation
    assert conversation is not None, "a note never opens a case"
    case = Case(
        workspace_id=source.workspace_id,
        contact=conversation.contact,
        team_id=source.team_id,
        holder_team_id=source.team_id,
        subject=subject_of(message),
        product=recorded.product[:120],
        language=message.language,
        opened_at=message.received_at,
        first_word_at=min(message.posted_at or message.received_at, message.received_at),
        promised_at=_promise(source, message.received_at),
        last_at=message.received_at,
    )
    return Step(message, case, Filing.Why.NEW_PROBLEM, opens=True, related=recorded.related)


def _promise(source: Source, at: datetime) -> datetime:
    return at + timedelta(hours=source.workspace.promise_hours)


def _carry_out(steps: Sequence[Step], *, by: Actor) -> None:
    user_id = by.user_id if isinstance(by, Viewer) else None
    for step in steps:
        _show_newest(step.case, step.message)
    _save_cases(steps)
    Filing.objects.bulk_create(
        Filing(message=step.message, case=step.case, why=step.why, user_id=user_id, at=step.message.received_at)
        for step in steps
    )
    journal.write_all([line for step in steps for line in _lines(step, by)])
    for step in steps:
        if not step.case.is_open and speaks_for_itself(step.message):
            closing.reopen(step.case, because="wrote_again", by=by, at=step.message.received_at)


def _save_cases(steps: Sequence[Step]) -> None:
    """New ones are inserted; of the others only what repeats the newest message is changed."""
    cases = list({id(step.case): step.case for step in steps}.values())
    known = [case for case in cases if case.pk is not None]
    Case.objects.bulk_create(case for case in cases if case.pk is None)
    Case.objects.bulk_create(known, update_conflicts=True, unique_fields=["id"], update_fields=NEWEST)
    Reference.objects.bulk_create(each for step in steps if step.opens for each in _references(step))


def _references(step: Step) -> list[Reference]:
    conversation = step.message.conversation
    assert conversation is not None, "a note never opens a case"
    return references(conversation, None, conversation.source.kind, names_of(step.case))


def _lines(step: Step, by: Actor) -> Iterator[Event]:
    message, conversation = step.message, step.message.conversation
    if step.opens and conversation is not None:
        yield _line("case_opened", step.case, by=by, message=message.pk, source=conversation.source_id)
    yield _line("message_filed", step.case, by=by, message=message.pk, why=str(step.why), audience=message.audience)
    other = case_of(step.related)
    if other is not None:
        _hint(step, other)
        yield _line("link_hinted", step.case, by=by, other=other.pk, message=message.pk)


def _hint(step: Step, other: Case) -> None:
    facts = {"message": step.message, "at": step.message.received_at, "evidence": [{"sort": "named", "weight": 0}]}
    Suggestion.objects.get_or_create(
        case=step.case, other=other, defaults={"workspace_id": step.case.workspace_id, **facts}
    )


def _line(kind: str, case: Case, *, by: Actor, **data: object) -> Event:
    return journal.line(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)


def _show_newest(case: Case, message: Message) -> None:
    if speaks_for_itself(message):
        case.waiting_since, case.waiting_for = None, Case.WaitingFor.US
        case.contacts_count += 1
    if message.direction != Message.Direction.NOTE or not case.last_text:
        newest = max(case.last_at, message.received_at)
        show(case, message)
        case.last_at = newest
    if message.conversation is not None and message.direction == Message.Direction.IN:
        case.channels = sorted({*case.channels, message.conversation.source.kind})
