"""A journey in words: the sentences of the table, the cracks and the export. Ids become names here, and no words of a person appear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from answerable.cases.journey import Cause, Crack, Fact, Journey, Segment, Sort
from answerable.inbox.sayings import Names

CAUSES: Mapping[Cause, Callable[[], str]] = {
    Cause.WORK: lambda: _("Work"),
    Cause.US: lambda: _("Waiting for us"),
    Cause.CUSTOMER: lambda: _("Waiting for the customer"),
    Cause.THIRD_PARTY: lambda: _("With somebody else"),
    Cause.CLOSED: lambda: _("Closed, not solved"),
}
HAPPENED: Mapping[Sort, Callable[[], tuple[str, str]]] = {
    Sort.SPOKE: lambda: ("mail", _("The customer spoke.")),
    Sort.CALL_ABANDONED: lambda: ("phone", _("The customer gave up on the telephone.")),
    Sort.ANSWERED: lambda: ("send", _("We answered.")),
    Sort.DEFLECTED: lambda: ("deflect", _("An answer sent the customer elsewhere.")),
    Sort.ANSWER_FAILED: lambda: ("stop", _("An answer did not arrive.")),
    Sort.THIRD_PARTY: lambda: ("hourglass", _("It waits for somebody else.")),
    Sort.CUSTOMER: lambda: ("hourglass", _("It waits for the customer.")),
    Sort.WAIT_ENDED: lambda: ("play", _("It waits no longer.")),
    Sort.OFFERED: lambda: ("transfer", _("It was offered to %(who)s.")),
    Sort.CAME_BACK: lambda: ("undo", _("An offer came back to %(who)s.")),
    Sort.PUSHED: lambda: ("bell", _("%(who)s pushed.")),
    Sort.PROMISED: lambda: ("promise", _("%(who)s made a promise.")),
    Sort.PROMISE_KEPT: lambda: ("check", _("A promise was kept.")),
    Sort.PROMISE_BROKEN: lambda: ("alert", _("A promise was not kept in time.")),
    Sort.PROMISE_RELEASED: lambda: ("undo", _("The customer no longer needs what was promised.")),
    Sort.REMEDY: lambda: ("gift", _("A remedy was given.")),
    Sort.RAISED: lambda: ("flame", _("The customer came again about the same problem.")),
    Sort.MERGED: lambda: ("join", _("Another case was joined with it.")),
    Sort.CLOSED: lambda: ("check", _("%(who)s closed the case.")),
    Sort.REOPENED: lambda: ("undo", _("The case was opened again.")),
    Sort.ASKED: lambda: ("help", _("The customer was asked whether it is solved.")),
    Sort.SOLVED: lambda: ("check", _("The customer says that it is solved.")),
    Sort.NOT_SOLVED: lambda: ("x", _("The customer says that it is not solved.")),
    Sort.SILENCE: lambda: ("hourglass", _("The customer did not answer in time.")),
    Sort.RESOLVED: lambda: ("check", _("The case counts as resolved.")),
}
CRACKED: Mapping[Sort, Callable[[], tuple[str, str]]] = {
    Sort.UNANSWERED: lambda: (
        _("The customer’s word lay unanswered"),
        _("Nobody answered it for longer than the limit."),
    ),
    Sort.SLOW_OFFER: lambda: (_("An offer lay too long"), _("%(who)s took longer than the limit to answer it.")),
    Sort.CAME_BACK: lambda: (
        _("A transfer came back"),
        _("It was declined, or nobody answered in time. %(who)s had it again."),
    ),
    Sort.CALL_ABANDONED: lambda: (_("The customer gave up on the telephone"), _("The call counts as a contact.")),
    Sort.DEFLECTED: lambda: (_("We sent the customer elsewhere"), _("It counts as no answer.")),
    Sort.ANSWER_FAILED: lambda: (_("An answer did not arrive"), _("The customer still waited.")),
    Sort.PROMISE_BROKEN: lambda: (_("A promise was broken"), _("It was not kept by its date.")),
}


@dataclass(frozen=True)
class Row:
    """One line of the table: a stretch of time, or something that happened. `cracks` are the numbers on the drawing."""

    id: str
    at: datetime
    words: str
    holder: str = ""
    cause: str = ""
    lasts: timedelta | None = None
    cracks: tuple[int, ...] = ()


@dataclass(frozen=True)
class ToldCrack:
    """A crack for a reader."""

    number: int
    at: datetime
    title: str
    words: str
    lasts: timedelta | None


def name(mark: str, known: Names) -> str:
    """Who stands behind a mark."""
    return known.get(mark, _("A former colleague")) if mark else _("The desk")


def words_of(fact: Fact, known: Names) -> str:
    """One sentence for something that happened."""
    _icon, sentence = HAPPENED[fact.sort]()
    return sentence % {"who": name(fact.who, known)}


def rows(journey: Journey, known: Names) -> list[Row]:
    """The journey as a table, in the order of time; what happened stands before the time that it began."""
    found = [*_happened(journey, known), *(_spent(number, each, known) for number, each in enumerate(journey.segments))]
    return sorted(found, key=lambda row: (row.at, row.cause != ""))


def cracks(journey: Journey, known: Names) -> list[ToldCrack]:
    """The cracks in words."""
    return [_crack(each, known) for each in journey.cracks]


def _happened(journey: Journey, known: Names) -> Iterator[Row]:
    for number, fact in enumerate(journey.marks):
        here = tuple(each.number for each in journey.cracks if each.at == fact.at and each.sort == fact.sort)
        waits = tuple(each.number for each in journey.cracks if each.at == fact.at and each.sort not in HAPPENED)
        yield Row(f"m-{number}", fact.at, words_of(fact, known), lasts=fact.lasted, cracks=(*here, *waits))


def _spent(number: int, segment: Segment, known: Names) -> Row:
    holder, cause = name(segment.holder, known), CAUSES[segment.cause]()
    return Row(f"s-{number}", segment.start, _("%(who)s held it.") % {"who": holder}, holder, cause, segment.lasts)


def _crack(crack: Crack, known: Names) -> ToldCrack:
    title, words = CRACKED[crack.sort]()
    return ToldCrack(crack.number, crack.at, title, words % {"who": name(crack.who, known)}, crack.lasts)
