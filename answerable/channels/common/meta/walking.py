"""Asking for what the pushes did not bring: a walk over posts with their comments and over conversations, page by page.

The cursor is {"since": the moment up to which everything was heard, "newest": the newest one seen on this walk, "todo": what
this walk has still to ask, each as [what, id, where the page begins]}. A walk begins anew when nothing is left of it, from
the newest moment of the one before, some minutes earlier: what is heard twice is stored once. The first answer of all only
says what time it is there: what was said before a source was connected is not fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.common.meta.graph import told
from answerable.channels.common.meta.reading import FOREIGN, moment
from answerable.channels.contract import Page, Raw, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer

OVERLAP = 600
Step = tuple[str, str, str]


@dataclass
class Found:
    """What one answer brings: items with when each was said, and what is to be asked beside it."""

    items: list[tuple[float, Raw]] = field(default_factory=list)
    todo: list[Step] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.items += other.items
        self.todo += other.todo


Look = Callable[[Step, Mapping[str, Any], float], Found]


def step_of(cursor: Mapping[str, Any], lanes: Sequence[Step]) -> Step:
    """What is asked next."""
    todo = cursor.get("todo") or lanes
    what, named, after = todo[0]
    return str(what), str(named), str(after)


def since(cursor: Mapping[str, Any]) -> float:
    return max(0.0, float(cursor.get("since") or 0) - OVERLAP)


def page(answer: Answer, cursor: Mapping[str, Any], lanes: Sequence[Step], look: Look) -> Page:
    """What came, oldest first, and the cursor behind it. Raises what the answer means."""
    answered = told(answer, asking=True)
    if not isinstance(answered.get("data"), list):
        raise Unreadable("The network answered with something else than a list.")
    if not cursor.get("since"):
        return Page((), {"since": _date(answer), "newest": 0, "todo": []})
    try:
        found = look(step_of(cursor, lanes), answered, since(cursor))
    except FOREIGN as error:
        raise Unreadable("The network answered with something else than a list of what was said.") from error
    return _moved(found, cursor, lanes)


def _moved(found: Found, cursor: Mapping[str, Any], lanes: Sequence[Step]) -> Page:
    before = [list(step) for step in (cursor.get("todo") or lanes)][1:]
    todo = [*(list(step) for step in found.todo), *before]
    fresh = sorted((each for each in found.items if each[0] > since(cursor)), key=lambda each: each[0])
    newest = max([float(cursor.get("newest") or 0), *(at for at, _ in fresh)])
    items = tuple(raw for _, raw in fresh)
    if todo:
        return Page(items, {"since": cursor["since"], "newest": newest, "todo": todo}, more=True)
    return Page(items, {"since": max(float(cursor["since"]), newest), "newest": 0, "todo": []})


def seconds(value: Any) -> float:
    """When something was said, as seconds; 0 where that is not told."""
    at = moment(value)
    return at.timestamp() if at else 0.0


def next_page(told: Mapping[str, Any]) -> str:
    """Where the next page begins; empty on the last one."""
    paging = told.get("paging") or {}
    return str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""


def _date(answer: Answer) -> float:
    """The network's own clock. Raises `Unreadable` where it does not show it: then nothing is known to be heard."""
    assert isinstance(answer, HttpAnswer)
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (ValueError, TypeError) as error:
        raise Unreadable("The network's answer does not say when it was given.") from error
