"""Asking for comments: those on all videos of our channel, those on other videos that are named, and one thread of ours a turn.

YouTube shows an answer in an old thread to nobody who does not ask for the thread. The cursor (common/walking.py) therefore keeps
the threads in which somebody spoke, the newest last, and each turn asks for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import google, walking
from answerable.channels.common.objects import objects
from answerable.channels.contract import Page
from answerable.channels.youtube import comments
from answerable.core.text.fold import fold
from answerable.core.wire.calls import Answer, HttpCall

CHANNEL, THREAD = "channel", "thread"
REMEMBERED = 50


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = walking.lane_of(cursor, _lanes(cursor, settings))
    plain = {"part": "snippet,replies", "textFormat": "plainText", "maxResults": "100"}
    following = {"pageToken": token} if (token := walking.token(cursor)) else {}
    if lane == THREAD:
        asked = {**plain, "part": "snippet", "parentId": _threads(cursor)[0], **following}
        return google.call("GET", "/youtube/v3/comments", settings, asked=asked)
    video = lane.partition(":")[2]
    place = {"videoId": video} if video else {"allThreadsRelatedToChannelId": own_channel(settings)}
    return google.call(
        "GET", "/youtube/v3/commentThreads", settings, asked={**plain, **place, "order": "time", **following}
    )


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, oldest first. Our own comments are passed by: we have them."""
    lanes = _lanes(cursor, settings)
    lane, told = walking.lane_of(cursor, lanes), google.told(answer)
    found = objects(told.get("items"))
    rows = found if lane == THREAD else comments.of_threads(found)
    others = [each for each in rows if comments.author(each).value != own_channel(settings)]
    fresh = [each for each in others if comments.at(each) >= walking.since(cursor, lane) or lane == THREAD]
    wanted = sorted((each for each in fresh if _is_wanted(each, lane, settings)), key=comments.at)
    tops = [
        comments.at(each)
        for each in (comments.of_threads([{**one, "replies": None} for one in found]) if lane != THREAD else ())
    ]
    after, more = walking.on(cursor, lanes, tops, str(told.get("nextPageToken") or ""))
    heard = [comments.thread_of(comments.id_of(each)) for each in wanted]
    threads = _threads(cursor)[1:] + _threads(cursor)[:1] if lane == THREAD else _threads(cursor)
    kept = [each for each in threads if each not in heard] + list(dict.fromkeys(heard))
    items = tuple(comments.raw(each) for each in wanted)
    return Page(items, {**after, "threads": kept[-REMEMBERED:]}, more=more, passed_by=len(fresh) - len(items))


def own_channel(settings: Mapping[str, Any]) -> str:
    return str(settings.get("channel") or "").strip()


def _is_wanted(comment: Mapping[str, Any], lane: str, settings: Mapping[str, Any]) -> bool:
    """On our own videos everything is said to us; on others only what has one of our words."""
    if not lane.startswith("video:"):
        return True
    asked = [fold(each.strip()) for each in str(settings.get("words") or "").split(",") if each.strip()]
    text = fold(comments.said(comment).text)
    return not asked or any(each in text for each in asked)


def _lanes(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    videos = [each.strip() for each in str(settings.get("videos") or "").split(",") if each.strip()]
    return [CHANNEL, *(f"video:{each}" for each in dict.fromkeys(videos)), *([THREAD] if _threads(cursor) else [])]


def _threads(cursor: Mapping[str, Any]) -> list[str]:
    return [str(each) for each in cursor.get("threads") or ()]
