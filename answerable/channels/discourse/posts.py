"""A post of a forum as a value, and the items that tell that one was changed or taken away.

A post has a number in its topic, by which others refer to it, and an id of its own. The name under which it is answered
and asked after holds both, and whether its topic is a private message: `12/3/77`, `pm/12/3/77`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import canonical, storable
from answerable.channels.contract import Audience, Edited, Handle, Item, Raw, Said, Unreadable, Unsupported, Withdrawn
from answerable.channels.discourse.forum import own_name
from answerable.core.errors import HouseError
from answerable.core.text.fold import fold
from answerable.core.text.html import text_of

NAMESPACE = "discourse"
LONGEST = 200_000
PRIVATE = "private_message"
REGULAR = 1
QUOTE = re.compile(r"<aside\b[^<>]*\bquote\b[^<>]*>.*?</aside>", re.DOTALL)
NAME = re.compile(r"(?P<private>pm/)?(?P<topic>[0-9]{1,18})/(?P<number>[0-9]{1,18})/(?P<id>[0-9]{1,18})")
NOT_A_POST = "This is not a post of Discourse. Its bytes are kept."


@dataclass(frozen=True)
class Place:
    """Where a post stands, read from its name."""

    topic: int
    number: int
    id: int
    private: bool


def place(name: str) -> Place | None:
    """None for a name that is none of ours."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    return Place(int(found["topic"]), int(found["number"]), int(found["id"]), bool(found["private"]))


def name_of(post: Mapping[str, Any], *, private: bool = False) -> str:
    return f"{'pm/' if private else ''}{_number(post, 'topic_id')}/{_number(post, 'post_number')}/{_number(post, 'id')}"


def raw(post: Mapping[str, Any], *, private: bool) -> Raw:
    """A post on its way in; the same state of it is the same item, whatever brought it."""
    return Raw(canonical({"post": post, "private": private}), external_id=_state(post))


def changed(post: Mapping[str, Any], *, private: bool) -> Raw | None:
    """None for a post that stands as it was first said."""
    return raw(post, private=private) if _is_gone(post) or _is_edited(post) else None


def withdrawn(at: Place) -> Raw:
    return Raw(canonical({"withdrawn": str(at.id)}), external_id=f"withdrawn:{at.id}")


def item(body: bytes, settings: Mapping[str, Any]) -> Item:
    """What one stored item or delivery says. Raises `Unreadable`, and `Unsupported` for what is not for us."""
    try:
        kept = storable(json.loads(body))
        if "withdrawn" in kept:
            return Withdrawn(str(int(kept["withdrawn"])))
        if "post" not in kept:
            raise Unsupported("The forum tells of something else than a post.")
        post = kept["post"]
        private = bool(kept.get("private")) or post.get("topic_archetype") == PRIVATE
        return _item(post, settings, private=private)
    except (Unreadable, Unsupported):
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError) as error:
        raise Unreadable(NOT_A_POST) from error


def said(post: Mapping[str, Any], settings: Mapping[str, Any], *, private: bool = False) -> Said:
    """Raises `Unreadable` for what is not a post."""
    try:
        cooked = str(post["cooked"])[:LONGEST]
        topic, parent = _number(post, "topic_id"), post.get("reply_to_post_number")
        name = name_of(post, private=private)
        return Said(
            external_id=str(_number(post, "id")),
            author=author(post),
            audience=Audience.PRIVATE if private else Audience.PUBLIC,
            subject=str(post.get("topic_title") or ""),
            text=text_of(QUOTE.sub("", cooked)),
            quoted="\n\n".join(text_of(each) for each in QUOTE.findall(cooked)),
            posted_at=_moment(post.get("created_at")),
            thread_ids=(*([f"{topic}/{parent}"] if parent else []), f"topic:{topic}"),
            own_ids=(name, f"{topic}/{_number(post, 'post_number')}", str(_number(post, "id"))),
        )
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError) as error:
        raise Unreadable(NOT_A_POST) from error


def author(post: Mapping[str, Any]) -> Handle:
    name = post.get("username")
    if not isinstance(name, str) or not name:
        raise Unreadable(NOT_A_POST)
    return Handle(NAMESPACE, name.lower(), str(post.get("name") or name))


def is_ours(post: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return author(post).value == own_name(settings)


def is_wanted(post: Mapping[str, Any], settings: Mapping[str, Any], *, private: bool) -> bool:
    """Private words, and what names us, are always heard. A post of the system says that something was done, nobody speaks."""
    if is_ours(post, settings) or post.get("post_type", REGULAR) != REGULAR:
        return False
    asked = [fold(each.strip()) for each in str(settings.get("words") or "").split(",") if each.strip()]
    text, own = fold(f"{post.get('topic_title') or ''}\n{post.get('cooked') or ''}"), own_name(settings)
    return private or not asked or bool(own and f"@{own}" in text) or any(each in text for each in asked)


def _item(post: Mapping[str, Any], settings: Mapping[str, Any], *, private: bool) -> Item:
    if _is_gone(post):
        return Withdrawn(str(_number(post, "id")), _moment(post.get("deleted_at")))
    if not is_wanted(post, settings, private=private):
        raise Unsupported("It is our own, or it has none of the words that this source listens for.")
    told = said(post, settings, private=private)
    return Edited(told.external_id, told, _moment(post.get("updated_at"))) if _is_edited(post) else told


def _is_gone(post: Mapping[str, Any]) -> bool:
    """Staff see what was deleted; what its author deleted keeps its place with other words in it."""
    return bool(post.get("deleted_at") or post.get("user_deleted"))


def _is_edited(post: Mapping[str, Any]) -> bool:
    version = post.get("version", 1)
    return isinstance(version, int) and version > 1


def _state(post: Mapping[str, Any]) -> str:
    external_id = _number(post, "id")
    if _is_gone(post):
        return f"withdrawn:{external_id}"
    return f"edited:{external_id}:{post['version']}" if _is_edited(post) else str(external_id)


def _number(post: Mapping[str, Any], name: str) -> int:
    value = post.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Unreadable(NOT_A_POST)
    return value


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
