"""A direct message of X as a value. Its ids begin with “dm-”, so that nobody takes one for a post."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Raw, Said, Unreadable
from answerable.channels.x import keeping, posts

PREFIX = "dm-"
ASKED = {
    "dm_event.fields": "attachments,created_at,dm_conversation_id,entities,event_type,id,text",
    "expansions": "sender_id,participant_ids,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "alt_text,type,url,preview_image_url",
    "event_types": "MessageCreate",
}


def raws(told: Mapping[str, Any]) -> list[tuple[str, Raw]]:
    """The messages of an answer with their numbers, oldest first."""
    found, includes = told.get("data", []), told.get("includes", {})
    if not isinstance(found, list) or not isinstance(includes, dict):
        raise Unreadable("X answered with something else than a list of messages.")
    try:
        made = [
            (each["id"], raw(each, includes))
            for each in found
            if each.get("event_type", "MessageCreate") == "MessageCreate"
        ]
        return sorted(made, key=lambda each: (len(each[0]), each[0]))
    except posts.TROUBLE as error:
        raise Unreadable("X answered with something else than a list of messages.") from error


def raw(event: Mapping[str, Any], includes: Mapping[str, Any]) -> Raw:
    """What we keep of a message: its words, who takes part, its links and pictures."""
    like_a_post = {**event, "author_id": event["sender_id"]}
    users = {str(each.get("id")): each for each in includes.get("users") or []}
    people = [users.get(each, {"id": each}) for each in event.get("participant_ids") or []]
    told = keeping.kept(like_a_post, includes) | {
        "thread": str(event.get("dm_conversation_id") or ""),
        "people": [{name: each.get(name) or "" for name in ("id", "username", "name")} for each in people],
    }
    return Raw(canonical({"direct": told}), external_id=f"{PREFIX}{event['id']}")


def said(told: Mapping[str, Any], settings: Mapping[str, Any]) -> Said:
    """The conversation of two people is their thread; what we wrote ourselves goes to the others in it."""
    by_us = posts.is_ours(told["author"], settings)
    others = [each for each in told.get("people") or [] if each["id"] != told["author"]["id"]]
    own = f"{PREFIX}{told['id']}"
    post = posts.said({**told, "text": unescape(told.get("text") or "")}, settings)
    return Said(
        external_id=own,
        author=post.author,
        audience=Audience.PRIVATE,
        text=post.text,
        posted_at=post.posted_at,
        thread_ids=(f"{PREFIX}{told['thread']}",) if told.get("thread") else (),
        own_ids=(own, *((f"{PREFIX}{told['thread']}",) if told.get("thread") else ())),
        to=tuple(posts.handle(each) for each in others) if by_us else (),
        by_us=by_us,
    )
