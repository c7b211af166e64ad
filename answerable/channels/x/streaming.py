"""Hearing searches as they happen: the rules that X keeps for the app, and the lines of its filtered stream.

X replays nothing that is older than five minutes, and that only for some contracts; what a break missed, the searches of
`polling` bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common.addresses import server, token
from answerable.channels.common.objects import an_object, parsed
from answerable.channels.contract import Page, TryLater, Unreadable, Unsupported
from answerable.channels.x import keeping, posts
from answerable.channels.x.api import call, told
from answerable.core.wire.calls import Answer, HttpCall, StreamCall, StreamForm

# X sends an empty line at least every twenty seconds (docs.x.com: “Consuming streaming data”).
SILENCE = 30.0
TAG = "answerable"


def searches(settings: Mapping[str, Any]) -> list[str]:
    return [each.strip() for each in str(settings.get("searches") or "").split(",") if each.strip()]


def rules(settings: Mapping[str, Any]) -> list[str]:
    """One rule for each search; none without the token of the app."""
    own = posts.own_name(settings)
    return (
        [f"({each}) -is:retweet -from:{own}" for each in searches(settings)] if token(settings, "bearer_token") else []
    )


def differs(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Only what we know to have set ourselves is ever taken away there."""
    return sorted(cursor.get("rules") or []) != sorted(rules(settings))


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    """First the rules that are no longer wanted are taken away, then the new ones set."""
    before, wanted = set(cursor.get("rules") or []), set(rules(settings))
    old, new = sorted(before - wanted), sorted(wanted - before)
    body = {"delete": {"values": old}} if old else {"add": [{"value": each, "tag": TAG} for each in new]}
    return call("POST", "/2/tweets/search/stream/rules", settings, told=body, as_app=True)


def kept(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule that X knows already is an error to it and none to us: the next question asks for what is still missing."""
    told(answer)
    before, wanted = set(cursor.get("rules") or []), set(rules(settings))
    return {"rules": sorted(before & wanted if before - wanted else wanted)}


def stream(settings: Mapping[str, Any]) -> StreamCall:
    """Raises `Unsupported` for a source without searches or without the token of the app."""
    if not rules(settings):
        raise Unsupported(
            "This source searches for nothing, or has no token of the app: it does not listen to the stream."
        )
    backfill = {"backfill_minutes": "5"} if settings.get("replays") else {}
    return StreamCall(
        f"{server(settings)}/2/tweets/search/stream?{urlencode({**backfill, **keeping.STREAMED})}",
        form=StreamForm.LINES,
        secret_headers={"Authorization": f"Bearer {token(settings, 'bearer_token')}"},
        silence=SILENCE,
    )


def frame(line: bytes, cursor: Mapping[str, Any]) -> Page:
    """An empty line only says that X is there. Raises `TryLater` where X ends the stream and says so."""
    if not line.strip():
        return Page((), cursor)
    said = an_object(parsed(line))
    if "data" not in said:
        if said.get("errors") or said.get("title"):
            raise TryLater("X ended the stream. It is opened again.", 5.0)
        raise Unreadable("X sent something else than a post.")
    post = an_object(said["data"])
    if posts.is_repost(post):
        return Page((), cursor, passed_by=1)
    return Page((posts.raw(post, an_object(said.get("includes") or {})),), cursor)
