"""Questions about reports, always for a viewer. Whoever reads one is in the read log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from answerable.cases.models import Case, Filing
from answerable.clocks import knowing
from answerable.clocks.models import Clock
from answerable.core import access, reading
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.safety import reporting
from answerable.safety.models import Decision, FollowUp, Inquiry, Link, OpinionAsked, Report, Version
from answerable.safety.neutral import Limit
from answerable.safety.reports import Report as Values
from answerable.triage.models import Verdict

FINAL = (Decision.Outcome.REPORTABLE, Decision.Outcome.NOT_REPORTABLE)
PART = "safety"
"""The part of the house that starts the clocks of reports."""


class State(StrEnum):
    """Where a report stands, by the decisions about its latest version."""

    UNDECIDED = "undecided"
    CHANGED = "changed"
    ASKING = "asking"
    DISPUTED = "disputed"
    REPORTABLE = "reportable"
    NOT_REPORTABLE = "not_reportable"

    @property
    def is_final(self) -> bool:
        return self in (State.REPORTABLE, State.NOT_REPORTABLE)


@dataclass(frozen=True)
class Record:
    """A report with its whole history, as an inspector asks for it."""

    report: Report
    versions: Sequence[Version]
    decisions: Sequence[Decision]
    follow_ups: Sequence[FollowUp] = ()
    inquiries: Sequence[Inquiry] = ()
    links: Sequence[Link] = ()
    opinions: Sequence[OpinionAsked] = ()

    @property
    def is_intact(self) -> bool:
        """Every document is the one that was kept, every signature stands under what was signed."""
        return all(each.is_intact for each in self.versions) and all(each.is_bound for each in self.decisions)

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def values(self) -> Values:
        """What the latest version says."""
        return reporting.values_of(self.latest)

    @property
    def standing(self) -> Sequence[Decision]:
        """The decisions about the latest version. Those about an earlier one stay to be seen and decide nothing."""
        return [each for each in self.decisions if each.version_id == self.latest.pk]

    @property
    def state(self) -> State:
        return state_of(self.standing, decided_before=len(self.decisions) > len(self.standing))


@dataclass(frozen=True)
class Line:
    """A report in a list: what its latest version says, where it stands, and what runs out first.

    `doubted`: somebody said of its message that the suspicion is not there; a qualified person decides. `news` counts later
    words that nobody looked at.
    """

    report: Report
    case: Case
    version: Version
    values: Values
    state: State
    clocks: Sequence[Clock] = ()
    doubted: bool = False
    news: int = 0

    @property
    def leading(self) -> Clock | None:
        """The clock that runs out first, by its strict date."""
        return self.clocks[0] if self.clocks else None


def state_of(standing: Sequence[Decision], *, decided_before: bool = False) -> State:
    """Where a report stands by the decisions about its latest version. Two that differ decide nothing: it is disputed."""
    outcomes = {each.outcome for each in standing}
    if not outcomes:
        return State.CHANGED if decided_before else State.UNDECIDED
    if len(outcomes) > 1:
        return State.DISPUTED
    return STATES[outcomes.pop()]


STATES: Mapping[str, State] = {
    Decision.Outcome.REPORTABLE: State.REPORTABLE,
    Decision.Outcome.NOT_REPORTABLE: State.NOT_REPORTABLE,
    Decision.Outcome.ASK_MORE: State.ASKING,
}


def reports(viewer: Viewer) -> QuerySet[Report]:
    """All that the viewer may see, the oldest day zero first: what is due first."""
    return access.rows(Report, viewer).select_related("message").order_by("received_at", "pk")


def of_case(case: Case, viewer: Viewer) -> QuerySet[Report]:
    """The reports that messages of a case brought."""
    return reports(viewer).filter(message__filing__case=case)


def by_number(number: str, viewer: Viewer) -> Report:
    """The report with a number. Raises `NotThere` for one that is not theirs. The look is logged where it is read (`record`)."""
    return access.one(Report, viewer, number=number)


def waiting(viewer: Viewer) -> QuerySet[Report]:
    """Those that wait for a person: no final decision about the latest version, decisions that differ, or later words."""
    latest = Version.objects.filter(report=OuterRef("pk")).order_by("-number").values("pk")[:1]
    decided = Decision.objects.filter(version=OuterRef("latest"))
    news = FollowUp.objects.filter(report=OuterRef("pk"), state=FollowUp.State.WAITING)
    one = Exists(decided.filter(outcome=Decision.Outcome.REPORTABLE))
    other = Exists(decided.filter(outcome=Decision.Outcome.NOT_REPORTABLE))
    asking = Exists(decided.filter(outcome=Decision.Outcome.ASK_MORE))
    settled = (Q(one & ~other) | Q(other & ~one)) & Q(~asking)
    return reports(viewer).annotate(latest=Subquery(latest)).filter(~settled | Q(Exists(news)))


def record(report_id: int, viewer: Viewer) -> Record:
    """One report with everything. The look is logged. Raises `NotThere` for one that is not theirs."""
    report = access.one(Report, viewer, pk=report_id)
    reading.log("report", report.pk, by=viewer)
    decisions = Decision.objects.filter(version__report=report).select_related("version", "user").order_by("at", "pk")
    links = access.rows(Link, viewer).filter(Q(first=report) | Q(second=report)).select_related("first", "second")
    asked = OpinionAsked.objects.filter(version__report=report).select_related("of", "user", "version")
    return Record(
        report,
        list(report.versions.select_related("user").order_by("number")),
        list(decisions),
        list(report.follow_ups.select_related("message", "user").order_by("pk")),
        list(report.inquiries.select_related("user").order_by("asked_at", "pk")),
        list(links.order_by("pk")),
        list(asked.order_by("pk")),
    )


def lines(found: Iterable[Report], viewer: Viewer) -> list[Line]:
    """These reports as lines of a list, in their order, in a fixed number of questions. Nobody's words are in the log for it."""
    rows = list(found)
    keys = [each.pk for each in rows]
    cases = _cases(rows)
    latest = {each.report_id: each for each in Version.objects.filter(report__in=keys).order_by("number")}
    decisions = _by_report(Decision.objects.filter(version__report__in=keys).select_related("version").order_by("pk"))
    clocks = _clocks_of(rows, {case.pk for case in cases.values()}, viewer)
    doubted = _doubted(rows)
    news: dict[int, int] = defaultdict(int)
    for report_id in FollowUp.objects.filter(report__in=keys, state=FollowUp.State.WAITING).values_list(
        "report_id", flat=True
    ):
        news[report_id] += 1
    return [
        Line(
            each,
            cases[each.message_id],
            latest[each.pk],
            reporting.values_of(latest[each.pk]),
            _state(latest[each.pk], decisions[each.pk]),
            clocks[each.pk],
            doubted=(each.message_id, each.sort) in doubted,
            news=news[each.pk],
        )
        for each in rows
    ]


def clocks_of(report: Report, viewer: Viewer) -> list[Clock]:
    """The legal clocks of a report, stopped ones too, the earliest strict date first."""
    case_id = Filing.objects.values_list("case_id", flat=True).get(message=report.message_id)
    rows = access.rows(Clock, viewer).filter(case=case_id, sort=Clock.Sort.LEGAL)
    return [each for each in rows.order_by("strict_due_at", "pk") if _is_of(each, _messages([report])[report.pk])]


def limits_of(report: Report, viewer: Viewer) -> list[Limit]:
    """The running clocks of a report as a hand-over says them."""
    return [
        Limit(each.rule, each.version, each.start_field, each.started_at, each.strict_due_at, each.legal_due_at)
        for each in clocks_of(report, viewer)
        if each.is_running
    ]


def moments_of(report: Report) -> Mapping[str, datetime | None]:
    """The five moments of a report, by name, each as early as anybody knows. Read a report first (`record`)."""
    case = Filing.objects.select_related("case").get(message_id=report.message_id).case
    return {**knowing.of_message(report.message), "criteria_met_at": knowing.criteria_met_at(case)}


def qualified(viewer: Viewer, *, besides: Iterable[int] = ()) -> QuerySet[User]:
    """The people of the workspace who may decide about a report."""
    roles = Q(memberships__roles__contains=["safety_officer"]) | Q(memberships__roles__contains=["reviewer"])
    ours = User.objects.filter(
        roles, memberships__workspace=viewer.workspace_id, memberships__ended_at=None, is_active=True
    )
    return ours.exclude(pk__in=list(besides)).distinct().order_by("name")


def _cases(rows: Sequence[Report]) -> dict[int, Case]:
    filings = Filing.objects.filter(message__in=[each.message_id for each in rows])
    held = filings.select_related("case__holder_user", "case__holder_team")
    return {each.message_id: each.case for each in held}


def _by_report(rows: Iterable[Decision]) -> Mapping[int, list[Decision]]:
    found: Mapping[int, list[Decision]] = defaultdict(list)
    for row in rows:
        found[row.version.report_id].append(row)
    return found


def _state(latest: Version, decisions: Sequence[Decision]) -> State:
    standing = [each for each in decisions if each.version_id == latest.pk]
    return state_of(standing, decided_before=len(decisions) > len(standing))


def _messages(rows: Sequence[Report]) -> Mapping[int, set[int]]:
    """Which messages speak of a report: the one that brought it, and its follow-ups."""
    found = {each.pk: {each.message_id} for each in rows}
    for report_id, message_id in FollowUp.objects.filter(report__in=found).values_list("report_id", "message_id"):
        found[report_id].add(message_id)
    return found


def _clocks_of(rows: Sequence[Report], cases: set[int], viewer: Viewer) -> Mapping[int, list[Clock]]:
    running = access.rows(Clock, viewer).filter(case__in=cases, sort=Clock.Sort.LEGAL, stopped_at=None)
    clocks = list(running.order_by("strict_due_at", "pk"))
    messages = _messages(rows)
    return {each.pk: [clock for clock in clocks if _is_of(clock, messages[each.pk])] for each in rows}


def _is_of(clock: Clock, messages: set[int]) -> bool:
    return clock.message_id in messages


def _doubted(rows: Sequence[Report]) -> set[tuple[int, str]]:
    """What a person said is not there, though a report says that it may be."""
    said = Verdict.objects.filter(message__in=[each.message_id for each in rows], there=False, ended_at=None)
    return set(said.values_list("message_id", "detector"))
