"""A thing of Reddit as a value: a post (t3), a comment (t1), a private message (t4).

The name under which a thing is answered and asked after also holds the post it stands under: `t3_a/t1_b`, `t3_a`, `t4_c`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import an_object, canonical, named_if_any, storable
from answerable.channels.contract import Audience, Edited, Handle, Item, Raw, Said, Unreadable, Withdrawn
from answerable.channels.reddit.api import own_name
from answerable.core.text.fold import fold

NAMESPACE = "reddit"
NAME = re.compile(r"(?:t3_[0-9a-z]{1,12}/)?t[134]_[0-9a-z]{1,12}")
GONE = frozenset({"[deleted]", "[removed]"})
NOT_A_THING = "This is not a post, comment or message of Reddit. Its bytes are kept."


def named(name: str) -> tuple[str, str]:
    """The post it stands under, and the thing; both empty for a name that is none of ours."""
    if not NAME.fullmatch(name):
        return "", ""
    under, _, own = name.rpartition("/")
    return (under or (own if own.startswith("t3_") else "")), own


def raw(thing: Mapping[str, Any]) -> Raw:
    """The same state of a thing is the same item, whatever brought it."""
    data, own = _data(thing), _name(thing)
    state = f"edited:{own}:{data['edited']}" if _edited(data) else own
    return Raw(canonical({"kind": thing.get("kind"), "data": data}), external_id=state)


def changed(thing: Mapping[str, Any]) -> Raw | None:
    """None for a thing that stands as it was first said."""
    data = _data(thing)
    if str(data.get("body", data.get("selftext", ""))) in GONE:
        return withdrawn(_name(thing))
    return raw(thing) if _edited(data) else None


def withdrawn(own: str) -> Raw:
    return Raw(canonical({"withdrawn": own}), external_id=f"withdrawn:{own}")


def item(body: bytes, settings: Mapping[str, Any]) -> Item:
    """What one stored item says. Raises `Unreadable`."""
    try:
        kept = storable(json.loads(body))
        if "withdrawn" in kept:
            return Withdrawn(_whole(kept["withdrawn"]))
        told = said(kept)
        edited = _edited(_data(kept))
        return Edited(told.external_id, told, edited) if edited else told
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Unreadable(NOT_A_THING) from error


def said(thing: Mapping[str, Any]) -> Said:
    """Raises `Unreadable` for what is no such thing."""
    data, own = _data(thing), _name(thing)
    private = own.startswith("t4_")
    under, parent = str(data.get("link_id") or ""), str(data.get("parent_id") or data.get("first_message_name") or "")
    subject = str(data.get("title") or data.get("link_title") or data.get("subject") or "")
    text = str(data.get("body") or data.get("selftext") or data.get("url") or subject)
    return Said(
        external_id=own,
        author=_author(data, own),
        audience=Audience.PRIVATE if private else Audience.PUBLIC,
        subject=subject,
        text=text,
        posted_at=_moment(data.get("created_utc")),
        thread_ids=tuple(dict.fromkeys(each for each in (parent, under) if each)),
        own_ids=tuple(dict.fromkeys([f"{under}/{own}" if under else own, own])),
    )


def is_ours(thing: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return str(_data(thing).get("author") or "").lower() == own_name(settings)


def is_wanted(thing: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Communities carry everything that is said there."""
    asked = [fold(each.strip()) for each in str(settings.get("words") or "").split(",") if each.strip()]
    data = _data(thing)
    text = fold("\n".join(str(data.get(name) or "") for name in ("title", "body", "selftext")))
    return not asked or any(each in text for each in asked)


def created(thing: Mapping[str, Any]) -> float:
    try:
        return float(_data(thing)["created_utc"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(NOT_A_THING) from error


def _author(data: Mapping[str, Any], own: str) -> Handle:
    """Accounts that are gone are not one person; a community writes under its own name."""
    name = named_if_any(data.get("author"))
    if not name or name in GONE:
        community = str(data.get("subreddit") or "") if not name else ""
        return Handle(NAMESPACE, f"r/{community}".lower() if community else f"{name or '[deleted]'}:{own}", community)
    return Handle(NAMESPACE, name.lower(), name)


def _data(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    return an_object(thing.get("data"))


def _name(thing: Mapping[str, Any]) -> str:
    return _whole(_data(thing).get("name"))


def _whole(name: Any) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Unreadable(NOT_A_THING)
    return name


def _edited(data: Mapping[str, Any]) -> datetime | None:
    """False, or when; old things say only that they were."""
    edited = data.get("edited")
    return _moment(edited) if isinstance(edited, int | float) and not isinstance(edited, bool) else None


def _moment(value: Any) -> datetime | None:
    """Raises `Unreadable` for what is no time."""
    try:
        return datetime.fromtimestamp(float(value), UTC) if value else None
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise Unreadable(NOT_A_THING) from error
