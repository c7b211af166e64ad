"""Carrying legal clocks after a split: each runs where the message lies that started it, and comes back with it.

1. A clock whose message went to another case goes on there, and stops here.
2. Where nobody can tell which message started it, both parts keep it.
3. Whatever comes together takes the earlier start, and a duty that was done in the other part is done here, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet

from answerable.cases import redirects
from answerable.cases.models import Case, Filing, Move, MovedMessage
from answerable.clocks.adopting import CARRIED, COPIED, MERGED, MOVES
from answerable.clocks.alarms import set_alarm
from answerable.clocks.changes import Changes
from answerable.clocks.keeping import record
from answerable.clocks.models import Clock
from answerable.core.access import Actor
from answerable.core.moments import now

BY_HAND = "by_hand"
AWAY = (MERGED, CARRIED)
MINUTE = timedelta(minutes=1)


def carry(case_ids: Collection[int], *, by: Actor) -> set[int]:
    """Put the legal clocks of these cases where they belong, in the caller's transaction; returns the cases it concerned.

    Asking again changes nothing, and a case without legal clocks costs one statement.
    """
    if not Clock.objects.filter(case__in=case_ids, sort=Clock.Sort.LEGAL).exists():
        return set()
    concerned = set(case_ids) | _elsewhere(case_ids)
    list(Case.objects.select_for_update().filter(pk__in=concerned).order_by("pk"))
    legal = Clock.objects.filter(case__in=concerned, sort=Clock.Sort.LEGAL)
    carriage = _Carriage(list(legal.select_related("case", "origin").order_by("pk")), by)
    for clock in list(carriage.clocks):
        carriage.settle(clock)
    record(carriage.changes)
    return {clock.case_id for clock in carriage.changes.clocks.values()}


def _elsewhere(case_ids: Collection[int]) -> set[int]:
    """Where messages, copies and origins of the clocks of these cases are."""
    ours = Clock.objects.filter(case__in=case_ids, sort=Clock.Sort.LEGAL)
    found = set(Filing.objects.filter(message__in=ours.values("message")).values_list("case", flat=True))
    found |= set(Clock.objects.filter(Q(origin__in=ours) | Q(copies__in=ours)).values_list("case", flat=True))
    found |= set(_moves_from(case_ids).values_list("into_case", flat=True))
    return found | set(redirects.ends(found).values())


def _moves_from(case_ids: Collection[int]) -> QuerySet[Move]:
    return Move.objects.filter(from_case__in=case_ids, undone_at=None).exclude(sort=Move.Sort.MERGE)


@dataclass
class _Carriage:
    """The legal clocks of some locked cases on their way."""

    clocks: list[Clock]
    by: Actor
    changes: Changes = field(init=False)
    ends: Mapping[int, int] = field(init=False)
    homes: Mapping[int, int] = field(init=False)
    ways: Mapping[int, list[Move]] = field(init=False)

    def __post_init__(self) -> None:
        teams = {clock.case_id: clock.case.team_id for clock in self.clocks}
        filings = Filing.objects.filter(message__in=[each.message_id for each in self.clocks if each.message_id])
        self.homes = dict(filings.values_list("message", "case"))
        ways: dict[int, list[Move]] = defaultdict(list)
        for move in _moves_from(set(teams)).order_by("pk"):
            ways[move.from_case_id].append(move)
        self.ways = ways
        into = {move.into_case_id for moves in ways.values() for move in moves}
        self.ends = redirects.ends({*teams, *self.homes.values(), *into})
        teams.update(Case.objects.filter(pk__in=self.ends.values()).values_list("pk", "team_id"))
        self.changes = Changes(now(), self.by, teams)

    def settle(self, clock: Clock) -> None:
        """Put one clock where it belongs, and leave it where it may belong, too."""
        home = self._home(clock)
        if home != clock.case_id:
            self._bring(clock, home)
        elif clock.message_id is not None and clock.stopped_because == CARRIED:
            self._come_back(clock)
        elif clock.is_running and clock.message_id is None:
            for move in self.ways.get(clock.case_id, ()):
                if self._may_have_gone(clock, move):
                    self._share(clock, self.ends[move.into_case_id])

    def _home(self, clock: Clock) -> int:
        """The case in which a clock should run."""
        if clock.message_id is not None:
            return self.ends[self.homes[clock.message_id]]
        if clock.origin is None or clock.origin.case_id not in self.ends:
            return self.ends[clock.case_id]
        from_there = {self.ends[move.into_case_id] for move in self.ways.get(clock.origin.case_id, ())}
        first = self.ends[clock.origin.case_id]
        return clock.case_id if clock.case_id in {first, *from_there} else first

    def _bring(self, clock: Clock, home: int) -> None:
        """It goes on at home: with the clock it came from or that came from it, else with a copy."""
        twin = next((each for each in self._at(home) if clock.origin_id == each.pk or each.origin_id == clock.pk), None)
        if not clock.is_running:
            if twin is not None and clock.stopped_because == BY_HAND and twin.stopped_because != BY_HAND:
                self._done_too(twin, clock)
            return
        if twin is not None and twin.stopped_because in AWAY:
            self._resume(twin)
        self._share(clock, home)
        is_merged = clock.case.state == Case.State.MERGED
        clock.stopped_at, clock.stopped_because = self.changes.at, MERGED if is_merged else CARRIED
        set_alarm(clock, at=self.changes.at)
        self.changes.change(clock, "clock_stopped")

    def _come_back(self, clock: Clock) -> None:
        """Its message lies here again. What was done meanwhile where that lay is done here, too."""
        done = next(
            (each for each in self.clocks if each.origin_id == clock.pk and each.stopped_because == BY_HAND), None
        )
        if done is not None:
            self._done_too(clock, done)
        else:
            self._resume(clock)

    def _resume(self, clock: Clock) -> None:
        clock.stopped_at, clock.stopped_because = None, ""
        set_alarm(clock, at=self.changes.at)
        self.changes.change(clock, "clock_resumed")

    def _share(self, clock: Clock, case_id: int) -> None:
        """It runs in this case as well, from the earlier of both starts."""
        if case_id == clock.case_id:
            return
        same = [each for each in self._at(case_id) if _key(each) == _key(clock) or each.origin_id == clock.pk]
        running = next((each for each in same if each.is_running), None)
        if running is not None and clock.started_at < running.started_at:
            for name in MOVES:
                setattr(running, name, getattr(clock, name))
            running.moved_at, running.moved_because = self.changes.at, CARRIED
            set_alarm(running, at=self.changes.at)
            self.changes.change(running, "clock_moved_earlier")
        elif running is None and not any(each.origin_id == clock.pk for each in same):
            copy = Clock(**{name: getattr(clock, name) for name in COPIED}, case_id=case_id, origin=clock)
            copy.round = clock.pk if same else clock.round
            self.clocks.append(copy)
            self.changes.change(copy, "clock_started")

    def _may_have_gone(self, clock: Clock, move: Move) -> bool:
        """Can a message of the move have started the clock? Not when one that stayed can, and none that went."""
        if move.at < clock.decided_at:
            return False
        known_then = Q(message__received_at__lte=clock.started_at + MINUTE)
        went = MovedMessage.objects.filter(known_then, move=move).exists()
        return went or not Filing.objects.filter(known_then, case=clock.case_id).exists()

    def _done_too(self, twin: Clock, done: Clock) -> None:
        was_running = twin.is_running
        twin.stopped_at, twin.stopped_because = done.stopped_at, BY_HAND
        twin.stopped_why, twin.stopped_by_id = done.stopped_why, done.stopped_by_id
        set_alarm(twin, at=self.changes.at)
        self.changes.change(twin, *(["clock_stopped"] if was_running else []))

    def _at(self, case_id: int) -> list[Clock]:
        return [each for each in self.clocks if each.case_id == case_id]


def _key(clock: Clock) -> tuple[str, str, int]:
    return clock.rule, clock.start_field, clock.round
