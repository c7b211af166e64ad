"""Messages on their way into cases, and what each changes there: the newest words, the waiting, the raising, the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from answerable.cases import asking, closing, custody, snoozing, tracing
from answerable.cases.automatic import speaks_for_itself
from answerable.cases.likeness import Likeness
from answerable.cases.matching import Likely
from answerable.cases.models import Case, Filing, Suggestion
from answerable.cases.traits import Trait
from answerable.conversations.models import Conversation, Message, Reference
from answerable.conversations.threads import references
from answerable.core import inserting, journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Event
from answerable.core.moments import now

SHOWN_CHARACTERS = 200
CASE_NAME = "case:"
REMINDER_AFTER = timedelta(hours=1)
"""Who writes on within the hour is still telling; who writes later, with no answer yet, reminds us."""
NEWEST = [
    "waiting_since",
    "waiting_for",
    "contacts_count",
    "raised_at",
    "raised_count",
    "last_at",
    "last_text",
    "last_audience",
    "last_direction",
    "channels",
]
"""The fields of a case that repeat its newest message, or count what was said."""


@dataclass(frozen=True)
class Step:
    """One message on its way into a case, which it may open.

    `related` is a conversation that it only names; `likeness` is the evidence on which a rule put it here; `suggests`
    are cases at which a person should look.
    """

    message: Message
    case: Case
    why: Filing.Why
    opens: bool = False
    related: Conversation | None = None
    traits: frozenset[Trait] = frozenset()
    likeness: Likeness | None = None
    suggests: Sequence[Likely] = field(default=())


def carry_out(steps: Sequence[Step], *, by: Actor) -> None:
    """File messages into cases that are locked or new, in this order."""
    user_id = by.user_id if isinstance(by, Viewer) else None
    raised = {id(step): _show_newest(step) for step in steps}
    _save_cases(steps)
    inserting.insert(
        Filing(message=step.message, case=step.case, why=step.why, user_id=user_id, at=step.message.received_at)
        for step in steps
    )
    tracing.trace_all([(step.case, step.traits) for step in steps])
    _suggest([step for step in steps if step.suggests])
    journal.write_all([line for step in steps for line in _lines(step, raised[id(step)], by)])
    spoke = [step.case for step in steps if speaks_for_itself(step.message) and not step.opens]
    if spoke:
        snoozing.heard(spoke, at=now(), by=by)
        custody.from_those_not_here(spoke, at=now())
    for step in steps:
        if step.case.is_open or not speaks_for_itself(step.message):
            continue
        if not asking.hear(step.case, step.message, by=by):
            closing.reopen(step.case, because="wrote_again", by=by, at=step.message.received_at)


def names_of(case: Case) -> tuple[str, ...]:
    """What a message may claim to belong to. Claims lead back here only for somebody who takes part already."""
    return (f"{CASE_NAME}{case.number}", f"reply:{case.number}", f"subject:{case.number}")


def case_of(conversation: Conversation | None) -> Case | None:
    """The newest case in which a conversation goes on."""
    if conversation is None:
        return None
    newest = Filing.objects.select_related("case").filter(message__conversation=conversation).order_by("-id").first()
    return newest.case if newest else None


def show(case: Case, message: Message) -> None:
    """Let the case say this message in lists."""
    case.last_at = message.received_at
    case.last_text = " ".join(message.text.split())[:SHOWN_CHARACTERS]
    case.last_audience, case.last_direction = message.audience, message.direction


def _save_cases(steps: Sequence[Step]) -> None:
    """New ones are inserted; of the others only what repeats the newest message is changed."""
    cases = list({id(step.case): step.case for step in steps}.values())
    known = [case for case in cases if case.pk is not None]
    inserting.insert(case for case in cases if case.pk is None)
    inserting.change(known, NEWEST)
    inserting.insert(each for step in steps if step.opens for each in _references(step))


def _references(step: Step) -> list[Reference]:
    conversation = step.message.conversation
    assert conversation is not None, "a note never opens a case"
    return references(conversation, None, conversation.source.kind, names_of(step.case))


def _suggest(steps: Sequence[Step]) -> None:
    """One suggestion for each pair of cases, whichever of the two came first."""
    inserting.insert(
        (
            Suggestion(
                workspace_id=step.case.workspace_id,
                case=step.case,
                other=likely.case,
                message=step.message,
                score=round(likely.likeness.score, 3),
                evidence=[each.plain() for each in likely.likeness.findings],
                at=step.message.received_at,
            )
            for step in steps
            for likely in step.suggests
        ),
        once=True,
    )


def _lines(step: Step, raised: str, by: Actor) -> Iterator[Event]:
    message, conversation = step.message, step.message.conversation
    if step.opens and conversation is not None:
        yield _line("case_opened", step.case, by=by, message=message.pk, source=conversation.source_id)
    found = {"evidence": step.likeness.sorts} if step.likeness else {}
    yield _line(
        "message_filed", step.case, by=by, message=message.pk, why=str(step.why), audience=message.audience, **found
    )
    if raised:
        yield _line("case_raised", step.case, by=by, message=message.pk, because=raised, count=step.case.raised_count)
    for likely in step.suggests:
        yield from _suggested(step, likely, by)
    other = case_of(step.related)
    if other is not None:
        _hint(step, other)
        yield _line("link_hinted", step.case, by=by, other=other.pk, message=message.pk)


def _suggested(step: Step, likely: Likely, by: Actor) -> Iterator[Event]:
    """Both cases say so, because both are places where somebody may decide."""
    facts = {"evidence": likely.likeness.sorts, "strength": likely.likeness.strength, "message": step.message.pk}
    yield _line("join_suggested", step.case, by=by, other=likely.case.pk, **facts)
    yield _line("join_suggested", likely.case, by=by, other=step.case.pk, **facts)


def _hint(step: Step, other: Case) -> None:
    facts = {"message": step.message, "at": step.message.received_at, "evidence": [{"sort": "named", "weight": 0}]}
    Suggestion.objects.get_or_create(
        case=step.case, other=other, defaults={"workspace_id": step.case.workspace_id, **facts}
    )


def _line(kind: str, case: Case, *, by: Actor, **data: object) -> Event:
    return journal.line(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)


def _show_newest(step: Step) -> str:
    """Keep the newest words true; how the message raised the case, or nothing."""
    case, message = step.case, step.message
    raised = _raises(step)
    if raised:
        case.raised_count += 1
        case.raised_at = message.received_at
    if speaks_for_itself(message):
        case.waiting_since, case.waiting_for = None, Case.WaitingFor.US
        case.contacts_count += 1
    if message.direction != Message.Direction.NOTE or not case.last_text:
        newest = max(case.last_at, message.received_at)
        show(case, message)
        case.last_at = newest
    if message.conversation is not None and message.direction == Message.Direction.IN:
        case.channels = sorted({*case.channels, message.conversation.source.kind})
    return raised


def _raises(step: Step) -> str:
    """A second contact about an open problem raises it, and so does a reminder while we owe an answer."""
    case, message = step.case, step.message
    if step.opens or not case.is_open or not speaks_for_itself(message):
        return ""
    if step.why == Filing.Why.SAME_PROBLEM:
        return "elsewhere"
    owed = case.contacts_count > 0 and case.waiting_for != Case.WaitingFor.CUSTOMER
    late = message.received_at - case.last_at >= REMINDER_AFTER
    again = step.why in (Filing.Why.SAME_THREAD, Filing.Why.NOTED_CALL, Filing.Why.CALLED_BACK)
    return "reminder" if again and owed and late else ""
