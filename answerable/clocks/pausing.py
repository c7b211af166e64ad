"""Pauses: from when to when a case waited for somebody else than us, read off the case and kept as rows."""

from __future__ import annotations

from datetime import datetime

from answerable.clocks.facts import Facts
from answerable.clocks.models import Pause
from answerable.core.access import Actor


def note_waits(facts: Facts, *, at: datetime, by: Actor) -> tuple[list[Pause], list[Pause]]:
    """The pauses of a case as they should be now, and those of them that are to be saved.

    A wait ends with the customer's next word, with the closing, or with the next wait; failing these, now. A wait that
    began with an answer that failed or that sent the customer away was none.
    """
    case, rows, changed = facts.case, list(facts.pauses), list[Pause]()
    since = case.waiting_since if case.is_open and case.waiting_since not in facts.vain else None
    running = next((each for each in rows if each.ended_at is None), None)
    if running is not None and running.started_at == since:
        if running.reason != case.waiting_for:
            running.reason = case.waiting_for
            changed.append(running)
    elif running is not None:
        running.ended_at = _end(running, facts, since or at)
        changed.append(running)
    if since is not None and all(each.started_at != since for each in rows):
        begun = Pause(case=case, reason=case.waiting_for, started_at=since)
        rows.append(begun)
        changed.append(begun)
    return rows, changed


def _end(running: Pause, facts: Facts, latest: datetime) -> datetime:
    if running.started_at in facts.vain:
        return running.started_at
    ends = [facts.customer_after(running.started_at), facts.case.closed_at, latest]
    return max(min(each for each in ends if each is not None), running.started_at)
