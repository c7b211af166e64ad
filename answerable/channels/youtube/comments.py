"""A comment of YouTube as a value. Source: "YouTube Data API", the resources `commentThread` and `comment`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from answerable.channels.common.objects import an_object, canonical, named_if_any, objects, plain, storable
from answerable.channels.common.reviews import moment
from answerable.channels.contract import Audience, Edited, Handle, Item, Raw, Said, Unreadable, Withdrawn

NAMESPACE = "youtube"
NOT_A_COMMENT = "This is not a comment of YouTube. Its bytes are kept."


def raw(comment: Mapping[str, Any]) -> Raw:
    state = f"edited:{id_of(comment)}:{_part(comment)['updatedAt']}" if is_edited(comment) else id_of(comment)
    return Raw(canonical({"comment": comment}), external_id=state)


def withdrawn(external_id: str) -> Raw:
    return Raw(canonical({"withdrawn": external_id}), external_id=f"withdrawn:{external_id}")


def item(body: bytes) -> Item:
    """What one stored item says. Raises `Unreadable`."""
    try:
        kept = storable(json.loads(body))
        if "withdrawn" in kept:
            return Withdrawn(_text(kept["withdrawn"]))
        comment = an_object(kept["comment"])
        told = said(comment)
        edited = is_edited(comment)
        return Edited(told.external_id, told, moment(_part(comment)["updatedAt"])) if edited else told
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Unreadable(NOT_A_COMMENT) from error


def said(comment: Mapping[str, Any]) -> Said:
    """Answers hang on the first comment of a thread, also those to answers."""
    part, external_id = _part(comment), id_of(comment)
    try:
        return Said(
            external_id=external_id,
            author=author(comment),
            audience=Audience.PUBLIC,
            text=_text(part.get("textOriginal") or part.get("textDisplay")),
            posted_at=moment(str(part.get("publishedAt") or "")),
            thread_ids=(thread_of(external_id),) if "." in external_id else (),
            own_ids=(external_id,),
        )
    except ValueError as error:
        raise Unreadable(NOT_A_COMMENT) from error


def author(comment: Mapping[str, Any]) -> Handle:
    """By the number of the channel; names are not theirs alone. Accounts that are gone are not one person."""
    part = _part(comment)
    channel = part.get("authorChannelId")
    number = named_if_any(channel.get("value")) if isinstance(channel, dict) else ""
    return Handle(NAMESPACE, number or f"gone:{id_of(comment)}", str(part.get("authorDisplayName") or ""))


def of_threads(found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first comment of each thread, and the answers that came with it."""
    comments = []
    for thread in found:
        comments.append(an_object(an_object(thread.get("snippet")).get("topLevelComment")))
        answers = thread.get("replies")
        comments += objects(an_object(answers).get("comments")) if answers else []
    return comments


def is_edited(comment: Mapping[str, Any]) -> bool:
    part = _part(comment)
    return bool(part.get("updatedAt")) and part.get("updatedAt") != part.get("publishedAt")


def at(comment: Mapping[str, Any]) -> str:
    return str(_part(comment).get("updatedAt") or _part(comment).get("publishedAt") or "")


def id_of(comment: Mapping[str, Any]) -> str:
    return _text(comment.get("id"))


def thread_of(external_id: str) -> str:
    return external_id.partition(".")[0]


def _part(comment: Mapping[str, Any]) -> Mapping[str, Any]:
    return an_object(comment.get("snippet"))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not plain(value):
        raise Unreadable(NOT_A_COMMENT)
    return plain(value)
