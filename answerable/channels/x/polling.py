"""Asking X for news, lane after lane: who we are, mentions, our own posts, quotes, direct messages, then each search.

X answers newest first and pages backwards, so a lane's mark moves only when its last page is here: the cursor is
{"lane": whose turn it is, "me": our number, "after": {lane: the newest id passed}}, and while a lane is in the middle of its
pages also "top", the newest id of the first page, and "next", the token of the one that comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Page, Raw, Unreadable
from answerable.channels.x import direct, keeping, posts, streaming
from answerable.channels.x.api import call, data, number, told
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

AT_MOST = "20"
ME, RULES, MENTIONS, OWN, QUOTES, DIRECT = "me", "rules", "mentions", "own", "quotes", "direct"
NOT_OURS = "-is:retweet -from:{name}"
BAD_QUESTION = 400


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = _lane(cursor, settings)
    if lane == ME:
        return call("GET", "/2/users/me", settings, asked={"user.fields": "name,username"})
    if lane == RULES:
        return streaming.ask(cursor, settings)
    paging = {"pagination_token": str(cursor["next"])} if cursor.get("next") else {}
    if lane == DIRECT:
        return call("GET", "/2/dm_events", settings, asked={"max_results": AT_MOST, **paging, **direct.ASKED})
    after = (cursor.get("after") or {}).get(lane)
    asked = {"max_results": AT_MOST, **({"since_id": str(after)} if after else {}), **keeping.ASKED}
    if lane in (MENTIONS, OWN):
        where = "mentions" if lane == MENTIONS else "tweets"
        return call("GET", f"/2/users/{number(str(cursor.get('me')))}/{where}", settings, asked={**asked, **paging})
    paging = {"next_token": str(cursor["next"])} if cursor.get("next") else {}
    return call("GET", "/2/tweets/search/recent", settings, asked={"query": _query(lane, settings), **asked, **paging})


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, oldest first, and the cursor behind it."""
    lane = _lane(cursor, settings)
    if lane == ME:
        me = data(answer).get("id")
        if not isinstance(me, str) or not me:
            raise Unreadable("X did not say who we are.")
        return _turn(cursor, settings, lane, (), {"me": me})
    if lane == RULES:
        return _turn(cursor, settings, lane, (), streaming.kept(answer, cursor, settings))
    if (
        isinstance(answer, HttpAnswer)
        and answer.status == BAD_QUESTION
        and (again := _without(cursor, lane)) is not None
    ):
        return Page((), again, more=True)
    said = told(answer)
    found = direct.raws(said) if lane == DIRECT else [(_id(each), each) for each in posts.raws(said)]
    return _moved(said, found, cursor, settings, lane)


def _moved(
    said: Mapping[str, Any],
    found: list[tuple[str, Raw]],
    cursor: Mapping[str, Any],
    settings: Mapping[str, Any],
    lane: str,
) -> Page:
    """On the first day one page is enough: what was said before that is not asked for."""
    after = str((cursor.get("after") or {}).get(lane) or "")
    meta = said.get("meta") or {}
    top = posts.newest([each for each in (after, str(cursor.get("top") or ""), _newest(meta, found)) if each])
    fresh = tuple(each for mark, each in found if lane != DIRECT or posts.is_newer(mark, after))
    goes_on = bool(meta.get("next_token")) and bool(after) and (lane != DIRECT or len(fresh) == len(found))
    if goes_on:
        return Page(fresh, {**cursor, "lane": lane, "top": top, "next": str(meta["next_token"])}, more=True)
    marks = {**(cursor.get("after") or {}), **({lane: top} if top else {})}
    return _turn(cursor, settings, lane, fresh, {"after": marks})


def _turn(
    cursor: Mapping[str, Any], settings: Mapping[str, Any], lane: str, items: tuple[Raw, ...], kept: Mapping[str, Any]
) -> Page:
    """The next lane; marks of lanes that are no more are dropped."""
    moved = {name: each for name, each in {**cursor, **kept}.items() if name not in ("top", "next", "lane")}
    lanes = _lanes(moved, settings)
    moved["after"] = {name: mark for name, mark in (moved.get("after") or {}).items() if name in lanes}
    following = lanes[lanes.index(lane) + 1 :] if lane in lanes else lanes
    return Page(items, {"lane": following[0] if following else lanes[0], **moved}, more=bool(following))


def _lanes(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """Who we are is asked once, and the rules of the stream as long as they are not those of the settings."""
    first = ([] if cursor.get("me") else [ME]) + ([RULES] if streaming.differs(cursor, settings) else [])
    searches = [f"search:{words}" for words in streaming.searches(settings)]
    return [*first, MENTIONS, OWN, QUOTES, DIRECT, *dict.fromkeys(searches)]


def _lane(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Who we are comes first; where the settings changed since, the lane may be no more."""
    lanes, lane = _lanes(cursor, settings), str(cursor.get("lane") or "")
    return lane if lane in lanes and ME not in lanes else lanes[0]


def _query(lane: str, settings: Mapping[str, Any]) -> str:
    name = posts.own_name(settings)
    words = f'url:"x.com/{name}/status" is:quote' if lane == QUOTES else f"({lane.partition(':')[2]})"
    return f"{words} {NOT_OURS.format(name=name)}"


def _without(cursor: Mapping[str, Any], lane: str) -> Mapping[str, Any] | None:
    """A token of a page ends, and search knows no id older than a week: then the lane is asked anew, without it."""
    if cursor.get("next"):
        return {name: each for name, each in cursor.items() if name not in ("next", "top")}
    marks = dict(cursor.get("after") or {})
    return {**cursor, "after": marks} if marks.pop(lane, None) else None


def _id(item: Raw) -> str:
    return item.external_id.rpartition(":")[2]


def _newest(meta: Mapping[str, Any], found: list[tuple[str, Raw]]) -> str:
    """X names it also where the newest is a repost, which we pass by."""
    return posts.newest([str(meta.get("newest_id") or ""), *(mark for mark, _ in found)])
