"""The choices of a workspace, and what a rule becomes by them."""

from __future__ import annotations

from dataclasses import replace

from answerable.clocks.models import Clock, Practice
from answerable.clocks.reckoning import Limit, Roll, Unit
from answerable.clocks.rulebook import Rule


class Practices:
    """The choices of one workspace: of a source, else of everywhere, else what the rule says."""

    def __init__(self, workspace_id: int) -> None:
        rows = Practice.objects.filter(workspace_id=workspace_id)
        self._rows = {(each.rule, each.source_id): each for each in rows}

    def limit(self, rule: Rule, source_id: int | None, holidays: str = "") -> Limit:
        """The limit of a rule as it is kept for what came by a source."""
        limit = rule.limit(holidays)
        rolling = self._of(rule, source_id, "rolls")
        own = self._of(rule, source_id, "hours")
        if rolling is not None and rolling.rolls and rule.may_roll is not Roll.NONE:
            limit = replace(limit, roll=rule.may_roll)
        if own is not None and own.hours and rule.own and rule.unit is Unit.HOURS:
            limit = replace(limit, length=own.hours)
        return limit

    def _of(self, rule: Rule, source_id: int | None, field: str) -> Practice | None:
        """The nearest choice that says anything about this."""
        near = (self._rows.get((rule.id, each)) for each in (source_id, None))
        return next((each for each in near if each is not None and getattr(each, field)), None)


def source_of(clock: Clock) -> int | None:
    """By which source the message came that started a clock."""
    thread = clock.message.conversation if clock.message is not None else None
    return thread.source_id if thread is not None else None
