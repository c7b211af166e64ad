"""Asking an account for what the pushes did not bring: media with their newest comments, and conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import chats, graph, walking
from answerable.channels.common.meta.reading import name
from answerable.channels.common.meta.walking import Found, Step, next_page, seconds
from answerable.channels.common.objects import objects
from answerable.channels.contract import Page
from answerable.channels.instagram import comments
from answerable.core.wire.calls import Answer, HttpCall

MEDIA, COMMENTS = "media", "comments"
LANES: tuple[Step, ...] = ((MEDIA, "", ""), (chats.CHATS, "", ""))
MEDIA_A_PAGE, COMMENTS_A_PAGE = 25, 50
MOST_MEDIA = 100
REPLY = "id,text,timestamp,username,from,parent_id"
NODE = f"{REPLY},replies{{{REPLY}}}"
MEDIUM = f"id,timestamp,comments.limit({COMMENTS_A_PAGE}){{{NODE}}}"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    what, named, after = walking.step_of(cursor, LANES)
    if what in (chats.CHATS, chats.MESSAGES):
        return chats.ask((what, named, after), str(settings.get("page") or ""), "instagram", settings)
    place = after.partition("|")[0]
    begins = {"after": place} if place else {}
    if what == COMMENTS:
        asked = {"fields": NODE, "limit": str(COMMENTS_A_PAGE), **begins}
        return graph.call("GET", f"{graph.segment(named)}/comments", settings, asked=asked)
    asked = {"fields": MEDIUM, "limit": str(MEDIA_A_PAGE), **begins}
    return graph.call("GET", f"{graph.segment(str(settings.get('address') or ''))}/media", settings, asked=asked)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    return walking.page(answer, cursor, LANES, _look)


def _look(step: Step, told: Mapping[str, Any], since: float) -> Found:
    what, named, after = step
    rows = objects(told["data"])
    if what in (chats.CHATS, chats.MESSAGES):
        return chats.look(step, told, since)
    if what == COMMENTS:
        return _comments(rows, told, named, since)
    found = Found()
    for row in rows:
        below = row.get("comments") or {}
        found.add(_comments(objects(below.get("data") or []), below, name(row["id"]), since))
    passed = int(after.partition("|")[2] or 0) + len(rows)
    if (further := next_page(told)) and passed < MOST_MEDIA:
        found.todo.append((MEDIA, "", f"{further}|{passed}"))
    return found


def _comments(rows: list[Mapping[str, Any]], told: Mapping[str, Any], media: str, since: float) -> Found:
    """Newest first, each with its answers: the next page is asked for only while every comment on this one is new."""
    found = Found()
    for row in rows:
        below = objects((row.get("replies") or {}).get("data") or [])
        kept = {field: value for field, value in row.items() if field != "replies"}
        answers = [{"parent_id": name(row["id"]), **each} for each in below]
        found.items += [
            (seconds(each.get("timestamp")), comments.asked("comment", each, media)) for each in (kept, *answers)
        ]
    if (further := next_page(told)) and all(seconds(row.get("timestamp")) > since for row in rows):
        found.todo.append((COMMENTS, media, further))
    return found
