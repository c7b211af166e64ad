"""Asking a server for news, lane after lane: mentions, then each hashtag, then each search.

The cursor is {"lane": the name of the one whose turn it is, "after": {name: the newest id passed}}. A lane is asked for what
is next above its id, oldest pages first ("min_id"), so that a gap of any length is filled page by page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from answerable.channels.contract import Page, Raw, Unreadable
from answerable.channels.mastodon import statuses
from answerable.channels.mastodon.server import call, listed
from answerable.core.wire.calls import Answer, HttpCall

AT_MOST = 30
MENTIONS = "mentions"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = _lane(cursor, settings)
    after = str((cursor.get("after") or {}).get(lane) or "")
    asked = {"limit": str(AT_MOST), **({"min_id": after} if after else {})}
    what, _, words = lane.partition(":")
    match what:
        case "tag":
            return call("GET", f"/api/v1/timelines/tag/{quote(words, safe='')}?{urlencode(asked)}", settings)
        case "search":
            return call("GET", f"/api/v2/search?{urlencode({'q': words, 'type': 'statuses', **asked})}", settings)
    return call("GET", f"/api/v1/notifications?{urlencode({'types[]': 'mention', **asked})}", settings)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, oldest first, and the cursor behind it. Our own posts are passed by: we have them."""
    lanes, lane = _lanes(settings), _lane(cursor, settings)
    rows = listed(answer, "statuses" if lane.startswith("search:") else "")
    found = sorted(rows, key=lambda row: _order(statuses.id_of(row)))
    after = {name: each for name, each in (cursor.get("after") or {}).items() if name in lanes}
    before = after.get(lane)
    if found:
        after[lane] = statuses.id_of(found[-1])
    full = len(found) >= AT_MOST and before not in (None, after[lane])
    turn = lanes.index(lane) if full else (lanes.index(lane) + 1) % len(lanes)
    items = tuple(_items([_status(row, lane) for row in found], settings))
    return Page(items, {"lane": lanes[turn], "after": after}, more=full or turn != 0)


def tags(settings: Mapping[str, Any]) -> list[str]:
    return [tag.lstrip("#") for tag in _several(settings.get("hashtags"))]


def _items(found: Sequence[Mapping[str, Any] | None], settings: Mapping[str, Any]) -> list[Raw]:
    try:
        return [statuses.raw(each) for each in found if each is not None and not statuses.is_ours(each, settings)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable("The server answered with something else than a list of posts.") from error


def _status(row: Mapping[str, Any], lane: str) -> Mapping[str, Any] | None:
    """A notification carries its post; one without a post says nothing to us."""
    found = row.get("status") if lane == MENTIONS else row
    return found if isinstance(found, dict) else None


def _lanes(settings: Mapping[str, Any]) -> list[str]:
    lanes = [f"tag:{tag}" for tag in tags(settings)]
    return list(dict.fromkeys([MENTIONS, *lanes, *(f"search:{words}" for words in _several(settings.get("searches")))]))


def _lane(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """The settings may have changed since; then it begins with the mentions."""
    lane = str(cursor.get("lane") or MENTIONS)
    return lane if lane in _lanes(settings) else MENTIONS


def _several(value: Any) -> list[str]:
    return [each.strip() for each in str(value or "").split(",") if each.strip(" #")]


def _order(external_id: str) -> tuple[int, str]:
    """Ids grow: figures on Mastodon and Pixelfed, letters of one length on GoToSocial and Akkoma."""
    return len(external_id), external_id
