"""Hearing at once: one WebSocket that brings mentions, and the posts, edits and deletions of each hashtag.

https://docs.joinmastodon.org/methods/streaming/#websocket. A server replays nothing after a break: asking, which goes on
beside it, fills the gap. So there is no cursor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, parsed
from answerable.channels.contract import Candidate, Page, Raw, Unreadable, Unsupported
from answerable.channels.mastodon import polling, statuses
from answerable.core.errors import HouseError
from answerable.core.wire.calls import StreamCall

EVERYBODY = "public"
NOT_AN_EVENT = "The server sent something that is no event of its stream."


def stream(settings: Mapping[str, Any]) -> StreamCall:
    """Raises `Unsupported` for a source that only asks."""
    given = str(settings.get("streaming") or "").strip()
    if not given:
        raise Unsupported("This source asks, and does not listen.")
    server = addresses.server({"server": given.replace("ws", "http", 1) if given.startswith("ws") else given})
    tags = [{"stream": "hashtag", "tag": tag} for tag in polling.tags(settings)]
    wanted = [{"stream": "user:notification"}, *tags, *([{"stream": EVERYBODY}] if settings.get("everybody") else [])]
    return StreamCall(
        f"{server.replace('http', 'ws', 1)}/api/v1/streaming",
        secret_headers={"Authorization": f"Bearer {addresses.token(settings)}"},
        first=[json.dumps({"type": "subscribe", **each}) for each in wanted],
    )


def frame(frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """Raises `Unreadable`."""
    told = an_object(parsed(frame))
    try:
        if EVERYBODY in (told.get("stream") or ()):
            return _of_everybody(str(told["event"]), told.get("payload"), cursor, settings)
        return Page(tuple(_items(str(told["event"]), told.get("payload"), settings)), cursor)
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, HouseError) as error:
        raise Unreadable(NOT_AN_EVENT) from error


def _of_everybody(event: str, payload: Any, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """All public posts that the server sees. Edits and deletions count only where we have what they are about."""
    if event not in ("update", "status.update"):
        return Page(tuple(_items(event, payload, settings)), cursor)
    status = _object(payload)
    changed = statuses.edited(status)
    if event == "status.update" and changed is not None:
        return Page((replace(changed, about=statuses.id_of(status)),), cursor)
    said = statuses.said(status, settings)
    if statuses.is_ours(status, settings) or not statuses.is_public(status):
        return Page((), cursor, passed_by=1)
    raw = statuses.raw(status)
    return Page((raw,), cursor) if said.to_us else Page((), cursor, candidates=(Candidate(raw, said),))


def _items(event: str, payload: Any, settings: Mapping[str, Any]) -> Iterator[Raw]:
    """What comes of a hashtag is told to all who hear it, so that an edit may be of a post that was none of ours."""
    match event:
        case "delete":
            gone = statuses.id_of({"id": payload})
            yield replace(statuses.withdrawn(gone), about=gone)
        case "notification":
            status = _object(payload).get("status")
            if isinstance(status, dict) and not statuses.is_ours(status, settings):
                yield statuses.raw(status)
        case "update" | "status.update":
            status = _object(payload)
            changed = statuses.edited(status) if event == "status.update" else None
            if not statuses.is_ours(status, settings):
                yield changed or statuses.raw(status)


def _object(payload: Any) -> Mapping[str, Any]:
    """Mastodon wraps JSON into a text, others do not."""
    return an_object(parsed(payload.encode()) if isinstance(payload, str) else payload)
