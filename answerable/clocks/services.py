"""Which service clocks a case has, from its facts: pure, so that asking again gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerable.cases.models import Case
from answerable.clocks.facts import Facts
from answerable.clocks.models import Pause, Service, Target
from answerable.clocks.reckoning import Pause as Standing
from answerable.clocks.reckoning import service_due
from answerable.core.models import Workspace

WAITS = [str(Case.WaitingFor.CUSTOMER), str(Case.WaitingFor.THIRD_PARTY)]
WARNED_HOURS = 4


@dataclass(frozen=True)
class Wanted:
    """One service clock as it should be now."""

    service: Service
    round: int
    started_at: datetime
    due_at: datetime
    target: Target
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    because: str = ""


@dataclass(frozen=True)
class _Span:
    """From when to when a service is owed, before any reckoning."""

    service: Service
    round: int
    start: datetime
    end: datetime | None
    because: str = ""
    by: datetime | None = None


class Targets:
    """The targets of some workspaces: a team's own, else the workspace's, else the promise that every workspace makes."""

    def __init__(self, workspaces: Iterable[Workspace]) -> None:
        self._promised = {each.pk: promise(each) for each in workspaces}
        rows = Target.objects.select_related("calendar").filter(workspace_id__in=self._promised)
        self._rows = {(each.workspace_id, each.team_id, each.service): each for each in rows}

    def of(self, case: Case, service: str) -> Target | None:
        own = self._rows.get((case.workspace_id, case.team_id, service))
        found = own or self._rows.get((case.workspace_id, None, service))
        return found or (self._promised[case.workspace_id] if service == Service.RESOLUTION else None)


def promise(workspace: Workspace) -> Target:
    """What is promised where nobody set a target: the workspace's hours to resolution, by day and night."""
    return Target(
        workspace_id=workspace.pk,
        service=Service.RESOLUTION,
        minutes=workspace.promise_hours * 60,
        pauses=WAITS,
        warnings=[WARNED_HOURS * 60],
    )


def wanted(facts: Facts, pauses: Iterable[Pause], targets: Targets) -> Iterator[Wanted]:
    """Every service clock of a case, running and stopped.

    1. Resolution runs from the first word that we held to the closing; a case that opens again goes on with the same.
    2. The first answer is owed for the customer's first words, the next answer for each time they spoke again.
    3. A repeated contact and a push are owed an answer of their own.
    4. Closing and merging stop what still runs.
    """
    stood = list(pauses)
    for span in _spans(facts):
        target = targets.of(facts.case, span.service) or _promised(span)
        if target is not None:
            yield _clock(_ended(span, facts.case), target, stood)


def due(start: datetime, target: Target, pauses: Iterable[Pause]) -> datetime:
    """When a service clock runs out, after the pauses that its target grants."""
    standing = [Standing(each.started_at, each.ended_at) for each in pauses if each.reason in target.pauses]
    return service_due(start, target.length, standing, target.working())


def _spans(facts: Facts) -> Iterator[_Span]:
    case = facts.case
    yield _Span(Service.RESOLUTION, 0, facts.heard_at, None)
    for number, (start, end) in enumerate(facts.turns()):
        yield _Span(Service.NEXT_ANSWER if number else Service.FIRST_ANSWER, number, start, end, "answered")
    if case.raised_at is not None:
        answered = facts.answer_after(case.raised_at)
        yield _Span(Service.RAISED, case.raised_count, case.raised_at, answered, "answered")
    for push in facts.pushes:
        yield _Span(Service.PUSH, push.pk, push.at, push.answered_at, "answered", by=push.answer_by)


def _promised(span: _Span) -> Target | None:
    """A push says itself until when it is to be answered."""
    if span.by is None:
        return None
    return Target(service=span.service, minutes=max(1, (span.by - span.start) // timedelta(minutes=1)))


ENDS: Mapping[str, str] = {Case.State.CLOSED: "closed", Case.State.MERGED: "merged"}


def _ended(span: _Span, case: Case) -> _Span:
    because = ENDS.get(case.state)
    if span.end is not None or because is None:
        return span
    end = max(case.closed_at or case.last_at, span.start)
    return _Span(span.service, span.round, span.start, end, because)


def _clock(span: _Span, target: Target, pauses: list[Pause]) -> Wanted:
    stands = next((each for each in pauses if each.ended_at is None and each.reason in target.pauses), None)
    return Wanted(
        service=span.service,
        round=span.round,
        started_at=span.start,
        due_at=due(span.start, target, pauses),
        target=target,
        paused_at=max(stands.started_at, span.start) if stands and span.end is None else None,
        stopped_at=span.end,
        because=span.because if span.end else "",
    )
