"""What is asked of a post and what is kept of it, field by field.

How many follow its author, or liked it, is not among it: that is never asked for, and where it comes unasked it is dropped
before anything is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ASKED = {
    "post.fields": "attachments,conversation_id,created_at,edit_controls,entities,lang,note_post,text",
    "expansions": "author_id,edit_history_post_ids,referenced_posts,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "alt_text,type,url,preview_image_url",
}
# The stream is described with the older names of the same things.
STREAMED = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_controls,edit_history_tweet_ids,entities,lang,"
    "note_tweet,referenced_tweets,text",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "alt_text,type,url,preview_image_url",
}
OLDER = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
}
KEPT = ("id", "text", "author_id", "created_at", "conversation_id", "lang", "referenced_posts", "edit_history_post_ids")


def kept(post: Mapping[str, Any], includes: Mapping[str, Any]) -> dict[str, Any]:
    """What we keep of a post: its words, its place, its author's name, its links and pictures."""
    told = {OLDER.get(name, name): each for name, each in post.items()}
    author = _named(includes.get("users"), "id", told.get("author_id"))
    keys = (told.get("attachments") or {}).get("media_keys") or []
    return {
        **{name: told[name] for name in KEPT if told.get(name)},
        **({"text": told["note_post"]["text"]} if told.get("note_post") else {}),
        "author": {name: author.get(name) or "" for name in ("id", "username", "name")},
        "links": [_link(each) for each in ((told.get("note_post") or told).get("entities") or {}).get("urls") or []],
        "media": [_media(_named(includes.get("media"), "media_key", key)) for key in keys],
    }


def _link(entity: Mapping[str, Any]) -> dict[str, str]:
    return {"short": str(entity.get("url") or ""), "whole": str(entity.get("expanded_url") or entity.get("url") or "")}


def _media(told: Mapping[str, Any]) -> dict[str, str]:
    address = told.get("url") or told.get("preview_image_url") or ""
    return {"type": str(told.get("type") or ""), "alt_text": str(told.get("alt_text") or ""), "url": str(address)}


def _named(several: Any, name: str, value: Any) -> Mapping[str, Any]:
    """The one of `several` with this value; what X left out is known by its number alone."""
    found = (each for each in several or [] if isinstance(each, dict) and each.get(name) == value)
    return next(found, {name: value})
