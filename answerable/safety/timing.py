"""Timing: the legal clocks of a case follow from what its reports say now, whoever said it and however late.

A limit that a report has starts from its own moment; one that it no longer has is stopped by the person who said why. Significant
information starts limits anew from its receipt. What somebody stopped stays stopped until the report has that limit anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.clocks import knowing, rulebook, starting
from answerable.clocks.calendars import day_of
from answerable.clocks.models import Clock
from answerable.clocks.rulebook import Awareness
from answerable.conversations.models import Message
from answerable.core.access import Actor, House, Viewer
from answerable.safety import limits, neutral, products
from answerable.safety.limits import Wanted
from answerable.safety.models import Decision, Desk, Report, Version
from answerable.safety.reports import Report as Values

PART = "safety"
NO_LONGER = gettext_noop("The report no longer has this limit.")
NEWS = gettext_noop("Significant information came in.")


@dataclass(frozen=True)
class Timed:
    """A report with what it says and which limits it has. `decided_before`: somebody found it reportable already."""

    report: Report
    values: Values
    wanted: Sequence[Wanted]
    decided_before: bool


def rules_of(case: Case, *, by: Actor) -> set[str]:
    """Which limits the reports of a case have now: asked before a change, to know what is new after it."""
    return {want.rule for each in _timed(case, by) for want in each.wanted}


def keep(
    case: Case, *, by: Actor, why: str = "", news: Message | None = None, before: Collection[str] | None = None
) -> None:
    """Start what the reports of a case ask for, and stop what they no longer ask for.

    `news` is significant information that came by a message. `before` are the limits before the change: one that was stopped
    and is new now runs again. A machine stops nothing.
    """
    timed = _timed(case, by)
    clocks = list(Clock.objects.filter(case=case, sort=Clock.Sort.LEGAL, part=PART).order_by("pk"))
    with translation.override(case.workspace.language):
        for each in timed:
            for want in each.wanted:
                _keep(case, each, want, clocks, news=news, again=before is not None and want.rule not in before)
            if news is not None and each.decided_before and any(want.rule == "us.803.50" for want in each.wanted):
                _start(case, limits.SUPPLEMENT, Awareness.SIGNIFICANT_INFO_AT, news.received_at, why=NEWS, message=news)
        if isinstance(by, Viewer):
            _stop(clocks, {want.rule for each in timed for want in each.wanted}, why=why, by=by)


def _timed(case: Case, by: Actor) -> list[Timed]:
    rows = Report.objects.filter(message__filing__case=case).select_related("message").order_by("pk")
    known = products.of_workspace(by.workspace_id)
    found = []
    for report in rows:
        latest = report.versions.latest("number")
        values = neutral.read(latest.document.encode()).report
        kinds = known.kinds(values)
        public = report.message.audience == Audience.PUBLIC
        wants = [] if _is_none(latest) else limits.wanted(values, kinds, public=public)
        decisions = Decision.objects.filter(version__report=report, outcome=Decision.Outcome.REPORTABLE)
        found.append(Timed(report, values, wants, decisions.exists()))
    return found


def _is_none(latest: Version) -> bool:
    """Did all who decided about this version say that it is not reportable?"""
    outcomes = set(latest.decisions.values_list("outcome", flat=True))
    return outcomes == {Decision.Outcome.NOT_REPORTABLE}


def _keep(
    case: Case, timed: Timed, want: Wanted, clocks: Sequence[Clock], *, news: Message | None, again: bool
) -> None:
    same = [each for each in clocks if each.rule == want.rule]
    first = not same or (again and not any(each.is_running for each in same) and want.rule != limits.COMPANY)
    if news is not None and news.pk != timed.report.message_id and not _completes(case, want, news):
        if first or _runs_anew(want, same):
            _start(case, want.rule, Awareness.SIGNIFICANT_INFO_AT, news.received_at, why=NEWS, message=news)
        return
    beside = not any(each.start_field in (want.awareness, Awareness.SIGNIFICANT_INFO_AT) for each in same)
    at = _moment(case, timed.report, want.awareness)
    if at is not None and (first or beside):
        _start(case, want.rule, want.awareness, at, why=want.why, message=timed.report.message)


def _completes(case: Case, want: Wanted, news: Message) -> bool:
    """Did this message bring the criteria? Then the limit begins with it, and not a second time."""
    return want.awareness == Awareness.CRITERIA_MET_AT and knowing.criteria_met_at(case) == news.received_at


def _runs_anew(want: Wanted, same: Sequence[Clock]) -> bool:
    """A rule that follows up gets a further limit; our own one when the report was handed over already."""
    if want.awareness == Awareness.POSTED_AT:
        return False
    if want.rule == limits.COMPANY:
        return not any(each.is_running for each in same)
    latest = same[-1]
    return rulebook.version(latest.rule, latest.version).follows_up


def _moment(case: Case, report: Report, awareness: Awareness) -> datetime | None:
    """Since when it runs. What a network says of the future, or does not say, starts nothing."""
    if awareness == Awareness.CRITERIA_MET_AT:
        return knowing.criteria_met_at(case)
    if awareness == Awareness.POSTED_AT:
        at = report.message.posted_at
        return at if at is not None and at <= report.message.received_at else None
    return report.received_at


def _start(case: Case, rule: str, awareness: str, at: datetime, *, why: str, message: Message) -> None:
    """By the house: it follows from the report, and who said what the report says is in its versions."""
    known = rulebook.of_day(rule, day_of(at, case.workspace.time_zone))
    if known is None:
        return
    starting.start(
        case,
        rule=rule,
        awareness=awareness,
        at=at,
        why=gettext(why),
        by=House(case.workspace_id, PART),
        holidays=next(_holidays(case, known.holidays), ""),
        message=message,
    )


def _holidays(case: Case, known: Collection[str]) -> Iterator[str]:
    """Those of the country in which the workspace receives, where the rule knows them."""
    desk = Desk.objects.filter(workspace=case.workspace_id).first()
    if desk is not None and desk.country in known:
        yield desk.country


def _stop(clocks: Sequence[Clock], wanted: Collection[str], *, why: str, by: Viewer) -> None:
    supplements = {limits.SUPPLEMENT}
    for clock in clocks:
        if clock.is_running and clock.rule not in {*wanted, *(supplements if wanted else ())}:
            starting.stop(clock, why=why or gettext(NO_LONGER), by=by)
