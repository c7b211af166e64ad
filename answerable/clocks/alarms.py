"""When a clock next wants to be looked at: its next warning, or its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from answerable.clocks import rulebook
from answerable.clocks.models import Clock, Target
from answerable.clocks.reckoning import alarms


def set_alarm(clock: Clock, target: Target | None = None, *, at: datetime) -> None:
    """Set `alarm_at` of a clock to its next warning or its end; none when it stands, is stopped or is over.

    What was over and is no longer, because its end moved, is over no more. What is over still, though its end moved, was
    said already and is not said again.
    """
    over = (clock.stopped_at or at) > clock.strict_due_at
    if clock.breached_at is not None or clock.stopped_at is not None:
        clock.breached_at = clock.strict_due_at if over else None
    clock.alarm_at = None
    if clock.stopped_at is None and clock.paused_at is None and clock.breached_at is None:
        warned = clock.warned_at
        warnings = alarms(clock.started_at, clock.strict_due_at, _before(clock, target))
        clock.alarm_at = next((each for each in warnings if warned is None or each > warned), clock.strict_due_at)


def _before(clock: Clock, target: Target | None) -> list[timedelta]:
    if clock.is_legal:
        return list(rulebook.version(clock.rule, clock.version).warn_before)
    return [timedelta(minutes=each) for each in target.warnings] if target is not None else []
