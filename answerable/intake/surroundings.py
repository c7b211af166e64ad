"""What was said around a public message, fetched so that it is understood with it. It is shown and is no message to us."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from answerable.channels import calling, health, renewing
from answerable.channels.contract import (
    AsksFurther,
    Audience,
    ConnectorError,
    GivesContext,
    Reauthorise,
    Said,
    TryLater,
)
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.models import Message, Overheard, Reference
from answerable.conversations.recording import Recorded
from answerable.core import jobs
from answerable.core.moments import now
from answerable.core.wire.calls import Answer
from answerable.core.wire.failures import NoAnswer

MOST = 40
TRY_FOR = timedelta(days=1)
LATER = 120.0


def fetch_for(recorded: Sequence[Recorded], *, source: Source) -> None:
    """Have the surroundings of each new public message fetched, where the channel can tell them."""
    if isinstance(connector(source.kind), GivesContext):
        for each in recorded:
            if each.fresh and each.message.audience == Audience.PUBLIC:
                jobs.later("intake.jobs.fetch_surroundings", message_id=each.message.pk)


def fetch(message: Message) -> int:
    """Fetch them once; returns how many there are. Whoever cannot answer now is asked again, for a day."""
    named = message.references.order_by("id").first()
    if message.conversation is None or named is None or message.withdrawn_at:
        return 0
    source = message.conversation.source
    speaker = connector(source.kind)
    return _ask(speaker, message, named.value, source) if isinstance(speaker, GivesContext) else 0


def _ask(speaker: GivesContext, message: Message, external_id: str, source: Source) -> int:
    if source.state != Source.State.ON:
        return _later(message, LATER)
    values = source.values()
    try:
        answer = calling.call(source, lambda fresh: speaker.ask_context(external_id, fresh))
        around = [*speaker.context(answer, values), *_further(speaker, answer, source)]
        return _keep(message, source, list({each.external_id: each for each in around}.values()))
    except Reauthorise as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
        return _later(message, LATER)
    except (NoAnswer, TryLater) as error:
        return _later(message, max(LATER, error.after or 0))
    except ConnectorError:
        return 0  # the other side does not show it: then it is not shown here, and the message stands alone


def _further(speaker: GivesContext, answer: Answer, source: Source) -> Sequence[Said]:
    """The rest of the thread, where it takes a second question."""
    if not isinstance(speaker, AsksFurther):
        return ()
    call = speaker.ask_further(answer, renewing.values(source))
    return () if call is None else speaker.context(calling.call(source, call), source.values())


def _keep(message: Message, source: Source, around: Sequence[Said]) -> int:
    """What is a message of ours is shown as one and not repeated."""
    said = [clean(each) for each in around[-MOST:]]
    ids = [each.external_id for each in said]
    ours = Reference.objects.filter(
        workspace_id=message.workspace_id, namespace=source.kind, value__in=ids, message__isnull=False
    )
    known = set(ours.values_list("value", flat=True))
    rows = [_overheard(message, each) for each in said if each.external_id not in known]
    Overheard.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _overheard(message: Message, said: Said) -> Overheard:
    return Overheard(
        message=message,
        external_id=said.external_id[:400],
        author=(said.author.display or said.author.value)[:320],
        text=said.text,
        posted_at=plausible(said.posted_at),
        heard_at=now(),
    )


def _later(message: Message, after: float) -> int:
    if now() - message.received_at < TRY_FOR:
        jobs.later("intake.jobs.fetch_surroundings", after=after, message_id=message.pk)
    return 0
