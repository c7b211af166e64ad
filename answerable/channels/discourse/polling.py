"""Asking a forum for new posts, lane after lane: public ones, and with a key the private messages that reach our name.

The cursor is {"lane": whose turn it is, "after": {lane: id}, "upto": id or nothing}. The newest posts come first and without
any cursor of the forum's own; where they do not reach down to what we have, the gap is walked upwards from there, so many
ids at a time as one page surely holds, up to the newest that was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Page, Raw
from answerable.channels.discourse import posts
from answerable.channels.discourse.forum import call, has_key, listed
from answerable.core.wire.calls import Answer, HttpCall

STEP = 50
"""How many posts the forum gives at most, and over how many ids at most."""
LANES = {"posts": ("/posts.json", "latest_posts"), "private": ("/private-posts.json", "private_posts")}


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = _lane(cursor, settings)
    path, _ = LANES[lane]
    before = f"?before={_after(cursor, lane) + STEP}" if cursor.get("upto") else ""
    return call("GET", path + before, settings)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, oldest first. A first question takes what the forum shows, and no gap before it."""
    lane, lanes = _lane(cursor, settings), _lanes(settings)
    rows = sorted(listed(answer, LANES[lane][1]), key=_id)
    after, upto = _after(cursor, lane), int(cursor.get("upto") or 0)
    newest = _id(rows[-1]) if rows else after
    if not upto and after and rows and _id(rows[0]) > after + 1 and len(rows) >= STEP:
        return Page((), {**_cursor(cursor, lane, after), "upto": newest}, more=True)
    reached = min(after + STEP - 1, upto) if upto else max(after, newest)
    fresh = [row for row in rows if after < _id(row) <= reached]
    items = _items(fresh, lane, settings)
    others = len(fresh) - len(items)
    if upto and reached < upto:
        return Page(items, {**_cursor(cursor, lane, reached), "upto": upto}, more=True, passed_by=others)
    turn = (lanes.index(lane) + 1) % len(lanes)
    after_it = {**_cursor(cursor, lane, reached), "lane": lanes[turn]}
    return Page(items, after_it, more=turn != 0, passed_by=others)


def _items(rows: list[Mapping[str, Any]], lane: str, settings: Mapping[str, Any]) -> tuple[Raw, ...]:
    private = lane == "private"
    wanted = [row for row in rows if posts.is_wanted(row, settings, private=private)]
    return tuple(posts.raw(row, private=private) for row in wanted)


def _cursor(cursor: Mapping[str, Any], lane: str, after: int) -> dict[str, Any]:
    return {"lane": lane, "after": {**(cursor.get("after") or {}), lane: after}}


def _lanes(settings: Mapping[str, Any]) -> list[str]:
    return ["posts", "private"] if has_key(settings) else ["posts"]


def _lane(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    lane = str(cursor.get("lane") or "posts")
    return lane if lane in _lanes(settings) else "posts"


def _after(cursor: Mapping[str, Any], lane: str) -> int:
    return int((cursor.get("after") or {}).get(lane) or 0)


def _id(row: Mapping[str, Any]) -> int:
    at = posts.place(posts.name_of(row))
    return at.id if at else 0
