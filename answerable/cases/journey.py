"""The journey of a case: on whom each hour was spent, from the first word to the close. Pure; `journeys` gathers the facts.

1. Time belongs to somebody at every moment: a segment has one holder and one cause, and segments leave no gap.
2. While the customer's word is not answered, time goes to waiting for us. An answer turns it to waiting for the customer;
   one that sends them elsewhere turns nothing.
3. When somebody of ours does something in that time, it counts as work until `Limits.work_lasts` is over.
4. Between a closing and a reopening the problem was not solved, and nobody worked on it: `CLOSED`.
5. A crack is a place where the case fell through: a wait over its limit, an offer that came back, a call given up, an
   answer that sent elsewhere or did not arrive, a broken promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise


class Cause(StrEnum):
    """What time went to."""

    WORK = "work"
    US = "us"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"
    CLOSED = "closed"


class Sort(StrEnum):
    """What happened."""

    HELD = "held"
    SPOKE = "spoke"
    CALL_ABANDONED = "call_abandoned"
    ANSWERED = "answered"
    DEFLECTED = "deflected"
    ANSWER_FAILED = "answer_failed"
    TOUCHED = "touched"
    THIRD_PARTY = "third_party"
    CUSTOMER = "customer"
    WAIT_ENDED = "wait_ended"
    OFFERED = "offered"
    CAME_BACK = "came_back"
    PUSHED = "pushed"
    PROMISED = "promised"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_RELEASED = "promise_released"
    REMEDY = "remedy"
    RAISED = "raised"
    MERGED = "merged"
    CLOSED = "closed"
    REOPENED = "reopened"
    ASKED = "asked"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SILENCE = "silence"
    RESOLVED = "resolved"
    SLOW_OFFER = "slow_offer"
    UNANSWERED = "unanswered"


TURNS: Mapping[Sort, Cause] = {
    Sort.SPOKE: Cause.US,
    Sort.CALL_ABANDONED: Cause.US,
    Sort.ANSWER_FAILED: Cause.US,
    Sort.ANSWERED: Cause.CUSTOMER,
    Sort.THIRD_PARTY: Cause.THIRD_PARTY,
    Sort.CUSTOMER: Cause.CUSTOMER,
    Sort.WAIT_ENDED: Cause.US,
    Sort.CLOSED: Cause.CLOSED,
    Sort.REOPENED: Cause.US,
}
WORK = frozenset({Sort.TOUCHED, Sort.PROMISED, Sort.PROMISE_KEPT, Sort.REMEDY, Sort.DEFLECTED})
CRACKS = frozenset({Sort.CALL_ABANDONED, Sort.DEFLECTED, Sort.ANSWER_FAILED, Sort.PROMISE_BROKEN})
HIDDEN = frozenset({Sort.TOUCHED})


@dataclass(frozen=True)
class Fact:
    """Something that happened. `who` is the mark of a holder or of whoever did it, `about` a channel or a sort of remedy.

    `works` says that a person of ours took it up. `lasted` is how long somebody waited in it; `until` when an offer ended.
    """

    at: datetime
    sort: Sort
    who: str = ""
    about: str = ""
    works: bool = False
    lasted: timedelta | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Limits:
    """From when on a wait is a crack, in the hours that `span` counts: all of them, or those of a working calendar."""

    unanswered: timedelta = timedelta(hours=24)
    offer: timedelta = timedelta(hours=4)
    work_lasts: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Segment:
    """A stretch of time with one holder, spent on one cause."""

    holder: str
    start: datetime
    end: datetime
    cause: Cause

    @property
    def lasts(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Hop:
    """Custody changed, or was offered and came back (`back`)."""

    at: datetime
    giver: str
    receiver: str
    back: bool = False


@dataclass(frozen=True)
class Crack:
    """One place where the case fell through, with its number on the drawing."""

    number: int
    at: datetime
    sort: Sort
    who: str = ""
    lasts: timedelta | None = None


@dataclass(frozen=True)
class Journey:
    """One picture of a case."""

    start: datetime
    end: datetime
    segments: Sequence[Segment]
    hops: Sequence[Hop]
    marks: Sequence[Fact]
    cracks: Sequence[Crack]

    @property
    def total(self) -> timedelta:
        return self.end - self.start

    def spent(self, cause: Cause) -> timedelta:
        """The time that went to one cause. All causes together are the total."""
        return sum((each.lasts for each in self.segments if each.cause == cause), timedelta())


Span = Callable[[datetime, datetime], timedelta]


def trace(
    facts: Iterable[Fact],
    *,
    start: datetime,
    end: datetime,
    limits: Limits | None = None,
    span: Span = lambda start, end: end - start,
) -> Journey:
    """The journey between two moments. `span` measures a wait for its limit; segments always count every hour."""
    limits, ordered = limits or Limits(), sorted(facts, key=lambda fact: fact.at)
    end = max(start, end)
    segments = list(_merged(_segments(ordered, start, end, limits)))
    marks = [fact for fact in ordered if fact.sort not in HIDDEN and fact.sort != Sort.HELD]
    return Journey(start, end, segments, list(_hops(ordered)), marks, _cracks(ordered, end, limits, span))


def _segments(facts: Sequence[Fact], start: datetime, end: datetime, limits: Limits) -> Iterator[Segment]:
    holder = next((fact.who for fact in facts if fact.sort == Sort.HELD), "")
    cause, at, working = Cause.US, start, start
    for fact in [*facts, Fact(end, Sort.TOUCHED)]:
        upto = min(max(fact.at, at), end)
        yield from _spent(holder, at, upto, cause, working)
        at = upto
        holder = fact.who if fact.sort == Sort.HELD else holder
        if cause == Cause.CLOSED and fact.sort != Sort.REOPENED:
            continue
        if cause == Cause.THIRD_PARTY and fact.sort == Sort.ANSWERED:
            continue  # who is told that we wait for others owes us nothing
        before, cause = cause, TURNS.get(fact.sort, cause)
        if fact.works or fact.sort in WORK:
            working = at + limits.work_lasts
        elif cause != before:
            working = at


def _spent(holder: str, start: datetime, end: datetime, cause: Cause, working: datetime) -> Iterator[Segment]:
    """Only time that waits for us is work while somebody is at it."""
    cut = min(max(working, start), end) if cause == Cause.US else start
    for left, right, went_to in ((start, cut, Cause.WORK), (cut, end, cause)):
        if left < right:
            yield Segment(holder, left, right, went_to)


def _merged(segments: Iterable[Segment]) -> Iterator[Segment]:
    last: Segment | None = None
    for each in segments:
        if last is not None and (last.holder, last.cause) == (each.holder, each.cause):
            last = replace(last, end=each.end)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _hops(facts: Sequence[Fact]) -> Iterator[Hop]:
    held = [fact for fact in facts if fact.sort == Sort.HELD]
    moves = [Hop(after.at, before.who, after.who) for before, after in pairwise(held) if before.who != after.who]
    backs = [Hop(fact.at, fact.about, fact.who, back=True) for fact in facts if fact.sort == Sort.CAME_BACK]
    yield from sorted([*moves, *backs], key=lambda hop: hop.at)


def _cracks(facts: Sequence[Fact], end: datetime, limits: Limits, span: Span) -> list[Crack]:
    found = [Crack(0, fact.at, fact.sort, fact.who, fact.lasted) for fact in facts if fact.sort in CRACKS]
    found += _of_offers(facts, end, limits, span)
    found += _of_words(facts, end, limits, span)
    return [replace(each, number=number) for number, each in enumerate(sorted(found, key=lambda each: each.at), 1)]


def _of_offers(facts: Sequence[Fact], end: datetime, limits: Limits, span: Span) -> Iterator[Crack]:
    """An offer that came back is one crack, however long it lay."""
    for fact in facts:
        if fact.sort == Sort.CAME_BACK:
            yield Crack(0, fact.at, Sort.CAME_BACK, fact.who, fact.lasted)
        if fact.sort == Sort.OFFERED and span(fact.at, fact.until or end) > limits.offer:
            yield Crack(0, fact.at, Sort.SLOW_OFFER, fact.who, (fact.until or end) - fact.at)


def _of_words(facts: Sequence[Fact], end: datetime, limits: Limits, span: Span) -> Iterator[Crack]:
    """The customer's word lay unanswered: from the first one that nobody answered to the answer."""
    since: datetime | None = None
    for fact in [*facts, Fact(end, Sort.ANSWERED)]:
        turned = TURNS.get(fact.sort)
        if turned == Cause.US:
            since = since or fact.at
        elif turned is not None and since is not None:
            until = min(fact.at, end)
            if since < until and span(since, until) > limits.unanswered:
                yield Crack(0, since, Sort.UNANSWERED, lasts=until - since)
            since = None
