"""Asking a page for what the pushes did not bring: posts with their newest comments, and conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import chats, graph, walking
from answerable.channels.common.meta.reading import name
from answerable.channels.common.meta.walking import Found, Step, next_page, seconds
from answerable.channels.common.objects import objects
from answerable.channels.contract import Page
from answerable.channels.facebook import feed
from answerable.core.wire.calls import Answer, HttpCall

FEED, COMMENTS = "feed", "comments"
LANES: tuple[Step, ...] = ((FEED, "", ""), (chats.CHATS, "", ""))
POSTS_A_PAGE, COMMENTS_A_PAGE = 25, 50
# Deeper than this a walk does not go into posts in which nothing new was said.
MOST_POSTS = 100
NODE = "id,message,created_time,from,parent{id},attachment{media,type,url}"
COMMENT = f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS_A_PAGE}){{{NODE}}}"
POST = f"id,message,story,created_time,updated_time,from,{COMMENT}"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    what, named, after = walking.step_of(cursor, LANES)
    page = str(settings.get("address") or "")
    if what in (chats.CHATS, chats.MESSAGES):
        return chats.ask((what, named, after), page, "messenger", settings)
    place = after.partition("|")[0]
    begins = {"after": place} if place else {}
    if what == COMMENTS:
        order = {"filter": "stream", "order": "reverse_chronological"}
        asked = {"fields": NODE, "limit": str(COMMENTS_A_PAGE), **order, **begins}
        return graph.call("GET", f"{graph.segment(named)}/comments", settings, asked=asked)
    asked = {"fields": POST, "limit": str(POSTS_A_PAGE), **begins}
    return graph.call("GET", f"{graph.segment(page)}/feed", settings, asked=asked)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    return walking.page(answer, cursor, LANES, lambda step, told, since: _look(step, told, since, settings))


def _look(step: Step, told: Mapping[str, Any], since: float, settings: Mapping[str, Any]) -> Found:
    what, named, after = step
    if what in (chats.CHATS, chats.MESSAGES):
        return chats.look(step, told, since)
    rows = objects(told["data"])
    if what == COMMENTS:
        return _comments(rows, told, named, since)
    return _posts(rows, told, after, since, str(settings.get("address") or ""))


def _posts(rows: list[Mapping[str, Any]], told: Mapping[str, Any], after: str, since: float, ours: str) -> Found:
    found = Found()
    for row in rows:
        below, post = row.get("comments") or {}, name(row["id"])
        if str((row.get("from") or {}).get("id")) != ours:
            kept = {field: value for field, value in row.items() if field != "comments"}
            found.items.append((seconds(row.get("created_time")), feed.asked("post", kept)))
        found.add(_comments(objects(below.get("data") or []), below, post, since))
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
