"""Clocks in words: what runs, from when, until when, by which rule, and why it moved or stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.clocks import queries, rulebook
from answerable.clocks.models import Clock, Service
from answerable.clocks.rulebook import Awareness, Evidence, Rule
from answerable.core.access import Viewer
from answerable.inbox.holdings import Holdings

Words = Mapping[str, Callable[[], str]]
STARTS: Words = {
    Awareness.POSTED_AT: lambda: _("when it was posted"),
    Awareness.CAPTURED_AT: lambda: _("when we received it"),
    Awareness.FIRST_SEEN_AT: lambda: _("when one of us first saw it"),
    Awareness.CRITERIA_MET_AT: lambda: _("when the criteria were complete"),
    Awareness.SIGNIFICANT_INFO_AT: lambda: _("when significant information came"),
}
STOPS: Words = {
    "answered": lambda: _("It was answered."),
    "closed": lambda: _("The case was closed."),
    "merged": lambda: _("It goes on in the case that this one was merged into."),
    "carried": lambda: _("It goes on in the case where the message lies that started it."),
    "no_longer_owed": lambda: _("It is owed no longer."),
}
MOVES: Words = {
    "earlier_word": lambda: _("An earlier word of the customer came to light."),
    "merged": lambda: _("A case that was merged in knew it earlier."),
    "carried": lambda: _("A message that was moved here was known earlier."),
    "rule_changed": lambda: _("A rule or a holiday came into force that makes it earlier."),
}
EVIDENCE: Words = {
    Evidence.VERIFIED: lambda: _("Read in the official text"),
    Evidence.SECONDARY: lambda: _("Read in a secondary source"),
    Evidence.RECALLED: lambda: _("Recalled: check it against the official text"),
}
UNITS: Mapping[str, Callable[[int], str]] = {
    "calendar_days": lambda count: ngettext("%(num)s calendar day", "%(num)s calendar days", count),
    "working_days": lambda count: ngettext("%(num)s working day", "%(num)s working days", count),
    "hours": lambda count: ngettext("%(num)s hour", "%(num)s hours", count),
    "service_hours": lambda count: ngettext("%(num)s service hour", "%(num)s service hours", count),
}
ROLLS: Words = {
    "none": lambda: _("The last day does not move."),
    "next_working_day": lambda: _("A last day on a weekend or holiday moves to the next working day."),
    "eu_1182_71": lambda: _("Regulation 1182/71: to the next working day, with at least two working days inside."),
    "one_working_day": lambda: _("At least until the end of the next working day."),
}


@dataclass(frozen=True)
class Line:
    """One clock for a reader."""

    clock: Clock
    title: str
    start: str
    rule: Rule | None
    evidence: str
    moved: str
    stopped: str

    @property
    def differs(self) -> bool:
        """Are there two dates to show?"""
        return self.clock.legal_due_at != self.clock.strict_due_at


@dataclass(frozen=True)
class Shown:
    """The clocks of a case: the large one, the answer that is owed, the first that the law runs, and all of them."""

    lines: list[Line]
    waits_for: str

    @property
    def resolution(self) -> Line | None:
        return next((each for each in self.lines if each.clock.rule == Service.RESOLUTION), None)

    @property
    def answer(self) -> Line | None:
        """The next answer once the first was given, while one is owed; else the first."""
        owed = {Service.FIRST_ANSWER, Service.NEXT_ANSWER, Service.RAISED, Service.PUSH}
        own = [each for each in self.lines if each.clock.rule in owed]
        running = [each for each in own if each.clock.is_running]
        return min(running, key=lambda each: each.clock.strict_due_at) if running else next(iter(own), None)

    @property
    def legal(self) -> Line | None:
        return next((each for each in self.lines if each.clock.is_legal and each.clock.is_running), None)


def of(case: Case, viewer: Viewer, there: Holdings) -> Shown:
    """Everything that the page of a case says about its clocks."""
    lines = [line(each) for each in there.ask("clocks", lambda: queries.of_case(case, viewer))]
    return Shown(lines, str(case.get_waiting_for_display()) if case.waiting_since else "")


def line(clock: Clock) -> Line:
    rule = rulebook.version(clock.rule, clock.version) if clock.is_legal else None
    return Line(
        clock=clock,
        title=rule.named(get_language() or "en") if rule else str(Service(clock.rule).label),
        start=STARTS[clock.start_field](),
        rule=rule,
        evidence=EVIDENCE[rule.evidence]() if rule else "",
        moved=_said(MOVES, clock.moved_because) if clock.moved_at else "",
        stopped=clock.stopped_why or _said(STOPS, clock.stopped_because),
    )


def length(rule: Rule) -> str:
    """ "15 calendar days"."""
    return UNITS[rule.unit](rule.length) % {"num": rule.length}


def _said(words: Words, key: str) -> str:
    """Our own word in the reader's language; a person's reason as it was written."""
    return words[key]() if key in words else key
