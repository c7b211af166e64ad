"""Asking a page for what the pushes did not bring: posts with their newest comments, and conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph, walking
from answerable.channels.common.meta.graph import canonical
from answerable.channels.common.meta.reading import name
from answerable.channels.common.meta.walking import Found, Step, next_page, seconds
from answerable.channels.contract import Page, Raw
from answerable.channels.facebook import feed
from answerable.core.wire.calls import Answer, HttpCall

FEED, COMMENTS, CHATS, MESSAGES = "feed", "comments", "conversations", "messages"
LANES: tuple[Step, ...] = ((FEED, "", ""), (CHATS, "", ""))
POSTS_A_PAGE, COMMENTS_A_PAGE, CHATS_A_PAGE, MESSAGES_A_PAGE = 25, 50, 25, 20
# Deeper than this a walk does not go into posts in which nothing new was said.
MOST_POSTS = 100
NODE = "id,message,created_time,from,parent{id},attachment{media,type,url}"
COMMENT = f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS_A_PAGE}){{{NODE}}}"
POST = f"id,message,story,created_time,updated_time,from,{COMMENT}"
MESSAGE = "id,message,created_time,from,to,attachments{id,mime_type,name,image_data,video_data,file_url}"
CHAT = f"id,updated_time,messages.limit({MESSAGES_A_PAGE}){{{MESSAGE}}}"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    what, named, after = walking.step_of(cursor, LANES)
    page = graph.segment(str(settings.get("address") or ""))
    place = after.partition("|")[0] if what == FEED else after
    begins = {"after": place} if place else {}
    match what:
        case "comments":
            order = {"filter": "stream", "order": "reverse_chronological"}
            asked = {"fields": NODE, "limit": str(COMMENTS_A_PAGE), **order, **begins}
            return graph.call("GET", f"{graph.segment(named)}/comments", settings, asked=asked)
        case "conversations":
            asked = {"platform": "messenger", "fields": CHAT, "limit": str(CHATS_A_PAGE), **begins}
            return graph.call("GET", f"{page}/conversations", settings, asked=asked)
        case "messages":
            asked = {"fields": MESSAGE, "limit": str(MESSAGES_A_PAGE), **begins}
            return graph.call("GET", f"{graph.segment(named)}/messages", settings, asked=asked)
    return graph.call("GET", f"{page}/feed", settings, asked={"fields": POST, "limit": str(POSTS_A_PAGE), **begins})


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    return walking.page(answer, cursor, LANES, lambda step, told, since: _look(step, told, since, settings))


def _look(step: Step, told: Mapping[str, Any], since: float, settings: Mapping[str, Any]) -> Found:
    what, named, after = step
    rows = graph.objects(told["data"])
    match what:
        case "comments":
            return _comments(rows, told, named, since)
        case "conversations":
            return _chats(rows, told, since)
        case "messages":
            return _messages(rows, told, named, since)
    return _posts(rows, told, after, since, str(settings.get("address") or ""))


def _posts(rows: list[Mapping[str, Any]], told: Mapping[str, Any], after: str, since: float, ours: str) -> Found:
    found = Found()
    for row in rows:
        below, post = row.get("comments") or {}, name(row["id"])
        if str((row.get("from") or {}).get("id")) != ours:
            kept = {field: value for field, value in row.items() if field != "comments"}
            found.items.append((seconds(row.get("created_time")), feed.asked("post", kept)))
        deeper = _comments(graph.objects(below.get("data") or []), below, post, since)
        found.items += deeper.items
        found.todo += deeper.todo
    passed = int(after.partition("|")[2] or 0) + len(rows)
    if (further := next_page(told)) and passed < MOST_POSTS:
        found.todo.append((FEED, "", f"{further}|{passed}"))
    return found


def _comments(rows: list[Mapping[str, Any]], told: Mapping[str, Any], post: str, since: float) -> Found:
    """Newest first: the next page is asked for only while everything on this one is new."""
    found = Found([(seconds(row.get("created_time")), feed.asked("comment", row, post)) for row in rows])
    if (further := next_page(told)) and all(at > since for at, _ in found.items):
        found.todo.append((COMMENTS, post, further))
    return found


def _chats(rows: list[Mapping[str, Any]], told: Mapping[str, Any], since: float) -> Found:
    found = Found()
    fresh = [row for row in rows if seconds(row.get("updated_time")) > since]
    for row in fresh:
        below = row.get("messages") or {}
        deeper = _messages(graph.objects(below.get("data") or []), below, name(row["id"]), since)
        found.items += deeper.items
        found.todo += deeper.todo
    if (further := next_page(told)) and len(fresh) == len(rows):
        found.todo.append((CHATS, "", further))
    return found


def _messages(rows: list[Mapping[str, Any]], told: Mapping[str, Any], chat: str, since: float) -> Found:
    found = Found([(seconds(row.get("created_time")), _message(row)) for row in rows])
    if (further := next_page(told)) and all(at > since for at, _ in found.items):
        found.todo.append((MESSAGES, chat, further))
    return found


def _message(row: Mapping[str, Any]) -> Raw:
    return Raw(canonical({"asked": "message", "node": row}), external_id=f"message:{name(row['id'])}")
