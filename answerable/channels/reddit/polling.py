"""Asking Reddit for news, lane after lane: our inbox, the communities' comments and posts, each search.

Listings begin with the newest and are walked down until they reach what was there the last time, so that one deleted thing
breaks no walk. The cursor is {"lane", "since": {lane: the newest second seen}, "walk": {"after": a name, "top": a second}}:
while a walk goes on, what it found is stored already and `since` stays. Reddit shows at most a thousand things of a listing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from answerable.channels.contract import Page
from answerable.channels.reddit import things
from answerable.channels.reddit.api import call, listing
from answerable.core.wire.calls import Answer, HttpCall

AT_MOST = 100
INBOX = "inbox"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = _lane(cursor, settings)
    walk = cursor.get("walk") or {}
    asked = {"limit": str(AT_MOST), "raw_json": "1", **({"after": str(walk["after"])} if walk.get("after") else {})}
    what, _, words = lane.partition(":")
    match what:
        case "comments" | "new":
            return call("GET", f"/r/{quote(words, safe='+')}/{what}?{urlencode(asked)}", settings)
        case "search":
            return call("GET", f"/search?{urlencode({'q': words, 'sort': 'new', 'type': 'link', **asked})}", settings)
    return call("GET", f"/message/inbox?{urlencode(asked)}", settings)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, the oldest of the page first. A first question takes one page, and walks no further."""
    lanes, lane = _lanes(settings), _lane(cursor, settings)
    rows = sorted(listing(answer), key=things.created)
    since = {name: each for name, each in (cursor.get("since") or {}).items() if name in lanes}
    known, walk = float(since.get(lane) or 0), cursor.get("walk") or {}
    fresh = [row for row in rows if things.created(row) >= known]
    top = max([float(walk.get("top") or known), *map(things.created, rows)])
    items = tuple(things.raw(row) for row in fresh if _is_for_us(row, lane, settings))
    others = len(fresh) - len(items)
    if known and len(rows) >= AT_MOST and len(fresh) == len(rows):
        last = str(rows[0]["data"]["name"])
        return Page(
            items, {"lane": lane, "since": since, "walk": {"after": last, "top": top}}, more=True, passed_by=others
        )
    turn = (lanes.index(lane) + 1) % len(lanes)
    return Page(items, {"lane": lanes[turn], "since": {**since, lane: top}}, more=turn != 0, passed_by=others)


def _is_for_us(row: Mapping[str, Any], lane: str, settings: Mapping[str, Any]) -> bool:
    """Our own words we have; what stands in the inbox was said to us, and a search has its words."""
    return not things.is_ours(row, settings) and (
        not lane.startswith(("comments:", "new:")) or things.is_wanted(row, settings)
    )


def _lanes(settings: Mapping[str, Any]) -> list[str]:
    communities = "+".join(each.removeprefix("/").removeprefix("r/") for each in _several(settings.get("subreddits")))
    listed = [f"comments:{communities}", f"new:{communities}"] if communities else []
    return list(dict.fromkeys([INBOX, *listed, *(f"search:{words}" for words in _several(settings.get("searches")))]))


def _lane(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    lane = str(cursor.get("lane") or INBOX)
    return lane if lane in _lanes(settings) else INBOX


def _several(value: Any) -> list[str]:
    return [each.strip() for each in str(value or "").split(",") if each.strip()]
