"""Gathering the facts of a journey: from the journal, the filings and the rows of custody, of a case and what was merged into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from answerable.cases import journey
from answerable.cases.automatic import is_automatic
from answerable.cases.journey import Fact, Journey, Limits, Sort, Span
from answerable.cases.models import Case, Deflection, Push, Transfer
from answerable.channels.contract import Mark
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Event
from answerable.core.moments import now

HOLDER = re.compile(r"(?:user|team):\d+")
OPENED_TO_SOMEBODY = ("case_opened_to", "case_closed_to")
MOST_HOPS = 20
MARKS: Mapping[str, Sort] = {
    "promise_made": Sort.PROMISED,
    "promise_kept": Sort.PROMISE_KEPT,
    "promise_broken": Sort.PROMISE_BROKEN,
    "promise_released": Sort.PROMISE_RELEASED,
    "remedy_given": Sort.REMEDY,
    "reply_failed": Sort.ANSWER_FAILED,
    "case_raised": Sort.RAISED,
    "case_merged": Sort.MERGED,
    "case_closed": Sort.CLOSED,
    "case_reopened": Sort.REOPENED,
    "case_resolved": Sort.RESOLVED,
    "solved_asked": Sort.ASKED,
    "wait_ended": Sort.WAIT_ENDED,
}
WAITS: Mapping[str, Sort] = {"customer": Sort.CUSTOMER, "third_party": Sort.THIRD_PARTY}
ANSWERS: Mapping[str, Sort] = {"yes": Sort.SOLVED, "no": Sort.NOT_SOLVED, "silence": Sort.SILENCE}
BACK = frozenset({Transfer.State.DECLINED, Transfer.State.RETURNED})


def told(case: Case, viewer: Viewer, *, limits: Limits | None = None, span: Span | None = None) -> Journey:
    """The journey of a case that the viewer sees, up to its close, or to now while it is open.

    What was merged into it belongs to it, as far as the viewer may see that.
    """
    cases = _with_merged(case, viewer)
    facts = sorted(_facts(case, cases), key=lambda fact: fact.at)
    start = min(each.first_word_at for each in cases)
    end = case.closed_at or now()
    measured = {"span": span} if span else {}
    return journey.trace(facts, start=start, end=end, limits=limits, **measured)


def _with_merged(case: Case, viewer: Viewer) -> list[Case]:
    found, newest = [case], [case.pk]
    for _ in range(MOST_HOPS):
        merged = access.rows(Case, viewer).filter(merged_into__in=newest).exclude(pk__in=[each.pk for each in found])
        new = list(merged)
        if not new:
            break
        found, newest = found + new, [each.pk for each in new]
    return found


def _facts(case: Case, cases: list[Case]) -> Iterator[Fact]:
    events = list(Event.objects.filter(case_id__in=[each.pk for each in cases]).order_by("pk"))
    yield from _holders(case, events)
    yield from (fact for event in events for fact in _of_event(event, case))
    yield from _of_messages(cases)
    yield from _of_offers(cases)
    for push in Push.objects.filter(case__in=cases):
        yield Fact(push.at, Sort.PUSHED, f"user:{push.user_id}", until=push.answered_at)


def _holders(case: Case, events: Iterable[Event]) -> Iterator[Fact]:
    """Who held the living case; before it was opened, who held what was merged into it."""
    own = [fact for event in events if event.case_id == case.pk for fact in _held(event)]
    first = min((fact.at for fact in own), default=None)
    yield from own
    for event in events:
        for fact in _held(event) if event.case_id != case.pk else ():
            if first is None or fact.at < first:
                yield fact


def _held(event: Event) -> Iterator[Fact]:
    to = str(event.data.get("to", ""))
    if event.kind == "case_opened":
        yield Fact(event.at, Sort.HELD, f"team:{event.team_id}")
    elif event.kind.startswith("case_") and event.kind not in OPENED_TO_SOMEBODY and HOLDER.fullmatch(to):
        yield Fact(event.at, Sort.HELD, to, works=to.startswith("user:"))


def _of_event(event: Event, case: Case) -> Iterator[Fact]:
    """A merged case is not closed for the customer: only what happened to the living one closes and opens."""
    who = f"user:{event.user_id}" if event.user_id else ""
    sort = MARKS.get(event.kind)
    if event.kind == "solved_answered":
        sort = ANSWERS.get(str(event.data.get("answer")))
    if event.kind == "case_waits":
        sort = WAITS.get(str(event.data.get("whom")))
    if sort is None or (sort in {Sort.CLOSED, Sort.REOPENED, Sort.MERGED} and event.case_id != case.pk):
        return
    yield Fact(event.at, sort, who, about=str(event.data.get("what", "")))


def _of_messages(cases: list[Case]) -> Iterator[Fact]:
    related = ("conversation__source", "call")
    messages = Message.objects.filter(filing__case__in=cases).select_related(*related).defer("search", "html", "quoted")
    deflected = set(Deflection.objects.filter(case__in=cases, refuted="").values_list("message", flat=True))
    for message in messages.order_by("received_at", "pk"):
        who = f"user:{message.user_id}" if message.user_id else ""
        channel = message.conversation.source.kind if message.conversation else ""
        sort = _sort(message, deflected)
        if sort is not None:
            yield Fact(_when(message), sort, who, channel, works=sort == Sort.TOUCHED, lasted=_waited(message))


def _sort(message: Message, deflected: set[int]) -> Sort | None:
    if message.direction == Message.Direction.NOTE:
        return Sort.TOUCHED
    if message.direction == Message.Direction.IN:
        if Mark.ABANDONED_CALL in message.marks:
            return Sort.CALL_ABANDONED
        return None if is_automatic(message) else Sort.SPOKE
    if message.pk in deflected:
        return Sort.DEFLECTED
    if Mark.INVITATION in message.marks:
        return Sort.TOUCHED
    by_a_person = message.user_id is not None or message.author_id is not None
    return Sort.ANSWERED if by_a_person else None


def _when(message: Message) -> datetime:
    """The customer's word counts from when it was said; a claim about the future does not."""
    posted = message.posted_at if message.direction == Message.Direction.IN else None
    return min(posted, message.received_at) if posted else message.received_at


def _waited(message: Message) -> timedelta | None:
    call = getattr(message, "call", None)
    return timedelta(seconds=call.waited) if call is not None and call.waited is not None else None


def _of_offers(cases: list[Case]) -> Iterator[Fact]:
    for offer in Transfer.objects.filter(case__in=cases):
        giver = f"user:{offer.from_user_id}" if offer.from_user_id else f"team:{offer.from_team_id}"
        taker = f"user:{offer.to_user_id}" if offer.to_user_id else f"team:{offer.to_team_id}"
        if offer.state in BACK and offer.decided_at is not None:
            yield Fact(offer.decided_at, Sort.CAME_BACK, giver, taker, lasted=offer.decided_at - offer.at)
            continue
        yield Fact(offer.at, Sort.OFFERED, taker, giver, until=offer.decided_at)
