"""Asking for the private conversations of a page or of its Instagram account. Source: Graph API "Page conversations"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.meta.reading import name
from answerable.channels.common.meta.walking import Found, Step, next_page, seconds
from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Raw
from answerable.core.wire.calls import HttpCall

CHATS, MESSAGES = "conversations", "messages"
CHATS_A_PAGE, MESSAGES_A_PAGE = 25, 20
MESSAGE = "id,message,created_time,from,to,attachments{id,mime_type,name,image_data,video_data,file_url}"
CHAT = f"id,updated_time,messages.limit({MESSAGES_A_PAGE}){{{MESSAGE}}}"


def ask(step: Step, page: str, platform: str, settings: Mapping[str, Any]) -> HttpCall:
    what, named, after = step
    begins = {"after": after} if after else {}
    if what == MESSAGES:
        asked = {"fields": MESSAGE, "limit": str(MESSAGES_A_PAGE), **begins}
        return graph.call("GET", f"{graph.segment(named)}/messages", settings, asked=asked)
    asked = {"platform": platform, "fields": CHAT, "limit": str(CHATS_A_PAGE), **begins}
    return graph.call("GET", f"{graph.segment(page)}/conversations", settings, asked=asked)


def look(step: Step, told: Mapping[str, Any], since: float) -> Found:
    """Those that moved come first: the next page is asked for only while all on this one moved."""
    rows = objects(told["data"])
    if step[0] == MESSAGES:
        return _messages(rows, told, step[1], since)
    found = Found()
    fresh = [row for row in rows if seconds(row.get("updated_time")) > since]
    for row in fresh:
        below = row.get("messages") or {}
        found.add(_messages(objects(below.get("data") or []), below, name(row["id"]), since))
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
