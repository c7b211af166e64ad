"""A merge hands legal clocks to the case that lives on: the earliest awareness wins, and none is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

from answerable.cases.models import Case
from answerable.clocks.alarms import set_alarm
from answerable.clocks.changes import Changes
from answerable.clocks.models import Clock

MERGED = "merged"
CARRIED = "carried"
"""It runs in the case where its message lies (`carrying`)."""
MOVES = (
    "started_at", "strict_due_at", "legal_due_at", "strict_day", "legal_day", "version", "holidays", "roll", "length", "unit",
)  # fmt: skip
COPIED = (
    *MOVES, "sort", "rule", "round", "start_field", "message_id", "user_id", "part", "why", "decided_at", "moved_at", "moved_because",
    "warned_at", "breached_at", "alarm_at",
)  # fmt: skip


def hand_on(case: Case, into: Case, clocks: Mapping[int, list[Clock]], changes: Changes) -> None:
    """The legal clocks of a merged case stop here and run on there; those of a case that lives again run again."""
    legal = [each for each in clocks[case.pk] if each.is_legal]
    if case.state != Case.State.MERGED:
        for clock in legal:
            if clock.stopped_because == MERGED:
                clock.stopped_at, clock.stopped_because = None, ""
                set_alarm(clock, at=changes.at)
                changes.change(clock, "clock_resumed")
        return
    for clock in legal:
        if clock.is_running:
            _take_over(clock, into, clocks, changes)
            clock.stopped_at, clock.stopped_because = changes.at, MERGED
            set_alarm(clock, at=changes.at)
            changes.change(clock, "clock_stopped")


def _take_over(clock: Clock, into: Case, clocks: Mapping[int, list[Clock]], changes: Changes) -> None:
    """One that was stopped there already, because its duty was done, does not stand for this one: both are kept."""
    same = (clock.rule, clock.start_field, clock.round)
    known = next((each for each in clocks[into.pk] if (each.rule, each.start_field, each.round) == same), None)
    if known is not None and known.stopped_because == CARRIED and clock.origin_id == known.pk:
        known.stopped_at, known.stopped_because = None, ""
        set_alarm(known, at=changes.at)
        changes.change(known, "clock_resumed")
    if known is None or not known.is_running:
        copy = Clock(**{name: getattr(clock, name) for name in COPIED}, case=into, origin=clock)
        copy.round = clock.pk if known is not None else clock.round
        clocks[into.pk].append(copy)
        changes.change(copy, "clock_started")
    elif clock.started_at < known.started_at:
        for name in MOVES:
            setattr(known, name, getattr(clock, name))
        known.moved_at, known.moved_because = changes.at, MERGED
        set_alarm(known, at=changes.at)
        changes.change(known, "clock_moved_earlier")
