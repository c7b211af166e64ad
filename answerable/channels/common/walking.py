"""Walking down a listing that begins with the newest and goes on by page tokens, until it reaches what was there before.

The cursor is {"lane": whose turn it is, "since": {lane: the newest moment seen}, "walk": {"token", "top"}}. While a walk goes on,
what it found is stored already and `since` stays, so that a walk that is cut off is walked on. Moments are ISO texts in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def lane_of(cursor: Mapping[str, Any], lanes: Sequence[str]) -> str:
    """The settings may have changed since; then it begins anew."""
    lane = str(cursor.get("lane") or lanes[0])
    return lane if lane in lanes else lanes[0]


def token(cursor: Mapping[str, Any]) -> str:
    """What to ask the next page with, empty for the first."""
    return str((cursor.get("walk") or {}).get("token") or "")


def since(cursor: Mapping[str, Any], lane: str) -> str:
    return str((cursor.get("since") or {}).get(lane) or "")


def on(
    cursor: Mapping[str, Any], lanes: Sequence[str], moments: Sequence[str], following: str
) -> tuple[dict[str, Any], bool]:
    """The cursor behind a page that brought these moments, and whether more waits. A first question takes one page."""
    lane = lane_of(cursor, lanes)
    known = since(cursor, lane)
    kept = {name: each for name, each in (cursor.get("since") or {}).items() if name in lanes}
    top = max([str((cursor.get("walk") or {}).get("top") or known), *moments])
    if following and known and moments and min(moments) >= known:
        return {"lane": lane, "since": kept, "walk": {"token": following, "top": top}}, True
    turn = (lanes.index(lane) + 1) % len(lanes)
    return {"lane": lanes[turn], "since": {**kept, lane: top}}, turn != 0
