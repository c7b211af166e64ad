"""Asking for news, lane after lane: what concerns us, then each word, then private messages.

The network answers newest first. A lane goes back page by page until it meets the mark of its last time, and only then
moves the mark: {"lane": whose turn it is, "at": {lane: {"mark", "newest", "next", "turn"}}}. A little is read twice, and a day
every twentieth time, because posts are not found in the very order of their moments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.bluesky import matching, posts
from answerable.channels.bluesky.server import CHAT, ask, told
from answerable.channels.common.objects import an_object, canonical, objects
from answerable.channels.contract import Page, Raw, Unreadable
from answerable.core.errors import HouseError
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

AT_MOST = 50
NEWS, PRIVATE = "notifications", "private"
OURS = ("mention", "reply", "quote")
NEAR, FAR, FAR_EVERY = timedelta(minutes=2), timedelta(days=1), 20


def question(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    lane = _lane(cursor, settings)
    before = str(_state(cursor, lane).get("next") or "")
    onward = {"cursor": before} if before else {}
    if lane == PRIVATE:
        return ask("chat.bsky.convo.getLog", settings, onward, headers=CHAT)
    asked = {"limit": AT_MOST, **onward}
    if lane == NEWS:
        return ask("app.bsky.notification.listNotifications", settings, {**asked, "reasons": OURS})
    words = lane.partition(":")[2]
    return ask("app.bsky.feed.searchPosts", settings, {"q": words, "sort": "latest", **asked})


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, oldest first. Our own posts are passed by: we have them."""
    lanes, lane = lanes_of(settings), _lane(cursor, settings)
    told_us, state = told(answer), _state(cursor, lane) or {"mark": _moment(answer)}
    read = _private if lane == PRIVATE else _posts
    try:
        items, state, more = read(told_us, lane, state, settings)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, HouseError) as error:
        raise Unreadable("The server answered with something else than a list of posts.") from error
    turn = lanes.index(lane) if more else (lanes.index(lane) + 1) % len(lanes)
    at = {name: each for name, each in (cursor.get("at") or {}).items() if name in lanes} | {lane: state}
    return Page(items, {"lane": lanes[turn], "at": at}, more=more or turn != 0)


def lanes_of(settings: Mapping[str, Any]) -> list[str]:
    searches = [f"search:{each}" for each in matching.several(settings)] if settings.get("words_by") == "search" else []
    return list(dict.fromkeys([NEWS, *searches, *([PRIVATE] if settings.get("private") else [])]))


def _posts(
    told_us: Mapping[str, Any], lane: str, state: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[tuple[Raw, ...], Mapping[str, Any], bool]:
    """A lane that is asked for the first time begins with one page, and with the moment of its answer."""
    rows, onward = objects(told_us["notifications" if lane == NEWS else "posts"]), str(told_us.get("cursor") or "")
    mark, turn = str(state.get("mark") or ""), int(state.get("turn") or 0)
    newest = str(state.get("newest") or max([mark, *(_order(row).isoformat() for row in rows[:1])]))
    is_first = not mark or "turn" not in state
    new = [row for row in rows if is_first or _order(row) >= datetime.fromisoformat(mark) - _reach(turn)]
    ours = [row for row in reversed(new) if lane != NEWS or row.get("reason") in OURS]
    items = tuple(posts.raw(row) for row in ours if not posts.is_ours(row, settings))
    if not is_first and onward and new and len(new) == len(rows):
        return items, {"mark": mark, "newest": newest, "next": onward, "turn": turn}, True
    return items, {"mark": newest, "turn": turn + 1}, False


def _reach(turn: int) -> timedelta:
    """How far behind the mark it is read again: now and then far, for what the network found late."""
    return FAR if turn % FAR_EVERY == FAR_EVERY - 1 else NEAR


def _moment(answer: Answer) -> str:
    """When the other side answered, by its own clock; empty where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers["date"] if isinstance(answer, HttpAnswer) else "").isoformat()
    except (KeyError, ValueError, TypeError):
        return ""


def _private(
    told_us: Mapping[str, Any], lane: str, state: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[tuple[Raw, ...], Mapping[str, Any], bool]:
    """The log of private messages goes forward; without a cursor it says only where it is."""
    logs, onward = objects(told_us["logs"]), str(told_us.get("cursor") or state.get("next") or "")
    items = tuple(_message(row) for row in logs if _is_message(row) and not _sent_by_us(row, settings))
    return items, {"next": onward}, bool(logs) and onward != state.get("next")


def _is_message(row: Mapping[str, Any]) -> bool:
    shown = row.get("message") or {}
    return str(row.get("$type", "")).endswith("#logCreateMessage") and "text" in shown


def _sent_by_us(row: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return posts.is_ours({"author": row["message"]["sender"]}, settings)


def _message(row: Mapping[str, Any]) -> Raw:
    chat = {"convo": row["convoId"], "message": an_object(row["message"])}
    return Raw(canonical({"chat": chat}), external_id=posts.private(chat).external_id)


def _order(row: Mapping[str, Any]) -> datetime:
    """By which the network sorts: when it was written, or found, whichever was first."""
    found = posts.moment(row["indexedAt"]) or datetime.max.replace(tzinfo=UTC)
    try:
        written = posts.moment(an_object(row["record"]).get("createdAt")) or found
    except ValueError:
        written = found
    return min(written, found)


def _state(cursor: Mapping[str, Any], lane: str) -> Mapping[str, Any]:
    return (cursor.get("at") or {}).get(lane) or {}


def _lane(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """The settings may have changed since; then it begins with the first."""
    lane = str(cursor.get("lane") or NEWS)
    return lane if lane in lanes_of(settings) else NEWS
