"""What was said around a post, and whether it still stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from answerable.channels.bluesky import names, posts
from answerable.channels.bluesky.server import ask, told
from answerable.channels.common.objects import an_object, objects
from answerable.channels.contract import Raw, Said, Unreadable
from answerable.core.wire.calls import Answer, HttpCall

DEEP = 10


def ask_context(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """The whole thread from its first post on: the parents and what else was answered to them."""
    first = external_id.split("|")[::2][-1]
    return ask("app.bsky.feed.getPostThread", settings, {"uri": first, "depth": DEEP, "parentHeight": DEEP})


def context(answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
    thread = an_object(told(answer).get("thread"))
    try:
        views = list(_views(thread))
        said = [posts.said(view) for view in views if not posts.is_ours(view, settings)]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Unreadable("The server answered with something else than a thread.") from error
    return tuple(sorted(said, key=lambda each: each.posted_at or datetime.min.replace(tzinfo=UTC)))


def ask_again(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    return ask("app.bsky.feed.getPosts", settings, {"uris": external_id.partition("|")[0]})


def again(answer: Answer, external_id: str) -> Raw | None:
    """Posts are not edited: it stands, or it is gone."""
    found = objects(told(answer).get("posts"))
    uri = names.uri_of(external_id)
    return None if any(posts.address_of(each) == uri for each in found) else posts.withdrawn(uri)


def _views(thread: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """What is blocked or gone has no post in it."""
    if "post" not in thread or depth > 2 * DEEP:
        return
    yield an_object(thread["post"])
    if isinstance(thread.get("parent"), dict):
        yield from _views(thread["parent"], depth + 1)
    for each in objects(thread.get("replies") or []):
        yield from _views(each, depth + 1)
