"""What a case repeats of its messages, counted anew from its filings. For cases whose messages came or went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from answerable.cases import steps, tracing
from answerable.cases.automatic import NO_ANSWER, UNSAID, speaks_for_itself
from answerable.cases.models import Case, Deflection, Move
from answerable.conversations.models import Message
from answerable.core.models import Event

RENEWED = [
    "contacts_count",
    "raised_count",
    "channels",
    "language",
    "first_word_at",
    "first_answer_at",
    "deflections_count",
    "waiting_since",
    "waiting_for",
    "last_at",
    "last_text",
    "last_audience",
    "last_direction",
]


def renew(case: Case) -> None:
    """Count everything anew. A case without messages keeps what it said; whoever calls has locked it.

    1. Time zero is the first word of the customer.
    2. The first answer is the first one by a person that did not fail and sent nobody elsewhere.
    3. Who waits follows from the newest word: the customer's makes it our turn, our answer makes it theirs. Waiting
       for a third party or a date, said after that word, stays.
    """
    messages = list(_messages(case))
    if not messages:
        return
    spoken = [each for each in messages if speaks_for_itself(each)]
    answers = _answers(case)
    Deflection.objects.filter(message__filing__case=case).exclude(case=case).update(case=case)
    case.contacts_count = len(spoken)
    case.raised_count = _raised(case, spoken)
    case.channels = sorted(_kinds(messages))
    case.language = next((each.language for each in spoken if each.language), case.language)
    case.first_word_at = min(map(said_at, spoken), default=case.first_word_at)
    case.deflections_count = Deflection.objects.filter(case=case, refuted="").count()
    case.first_answer_at = min(map(answered_at, answers), default=None)
    _wait(case, spoken, answers)
    _show_newest(case, messages)
    case.save(update_fields=RENEWED)
    tracing.retrace([case])


def said_at(message: Message) -> datetime:
    """When it was said, and never later than it reached us."""
    return min(message.posted_at or message.received_at, message.received_at)


def answered_at(message: Message) -> datetime:
    """When an answer of ours was given: one that somebody posted by hand counts from then on."""
    return message.posted_at or message.received_at


def _messages(case: Case) -> Iterable[Message]:
    found = Message.objects.filter(filing__case=case).select_related("conversation__source")
    return found.defer("search", "html", "quoted").order_by("received_at", "id")


def _answers(case: Case) -> list[Message]:
    """What people of ours answered, oldest first; what nobody read, sent the person elsewhere, or only invited, is none."""
    ours = Message.objects.filter(filing__case=case, direction=Message.Direction.OUT, user__isnull=False)
    deflecting = Deflection.objects.filter(message__filing__case=case, refuted="").values("message")
    ours = ours.exclude(marks__overlap=list(NO_ANSWER))
    return list(ours.exclude(reply__state__in=UNSAID).exclude(pk__in=deflecting).order_by("received_at", "id"))


def _raised(case: Case, spoken: list[Message]) -> int:
    """How many of these words raised a case, wherever they were filed at that moment: its journal says so."""
    ids = {each.pk for each in spoken}
    homes = {case.pk, *Move.objects.filter(messages__message__in=ids).values_list("from_case_id", flat=True)}
    lines = Event.objects.filter(chain__in=[f"case:{pk}" for pk in homes], kind="case_raised")
    return len(ids & set(lines.values_list("data__message", flat=True)))


def _kinds(messages: Iterable[Message]) -> set[str]:
    heard = [each for each in messages if each.direction == Message.Direction.IN]
    return {each.conversation.source.kind for each in heard if each.conversation is not None}


def _wait(case: Case, spoken: list[Message], answers: list[Message]) -> None:
    word = spoken[-1].received_at if spoken else None
    answer = max(map(answered_at, answers), default=None)
    ours = word is not None and (answer is None or word >= answer)
    newest = word if ours else answer
    others = case.waiting_for in {Case.WaitingFor.THIRD_PARTY, Case.WaitingFor.DATE}
    if newest is None or (others and case.waiting_since is not None and case.waiting_since >= newest):
        return
    case.waiting_since = None if ours else newest
    case.waiting_for = Case.WaitingFor.US if ours else Case.WaitingFor.CUSTOMER


def _show_newest(case: Case, messages: list[Message]) -> None:
    said = [each for each in messages if each.direction != Message.Direction.NOTE] or messages
    steps.show(case, said[-1])
