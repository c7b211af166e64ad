"""A post of X as a value, and the items that tell that one was changed or taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from answerable.channels.common.objects import canonical, parsed
from answerable.channels.contract import Audience, Edited, Handle, Item, Raw, Said, Unreadable, Withdrawn
from answerable.channels.x import keeping

NAMESPACE = "x"
NOT_A_POST = "This is not a post of X. Its bytes are kept."
TROUBLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, IndexError)


def raw(post: Mapping[str, Any], includes: Mapping[str, Any]) -> Raw:
    """A post on its way in: always the same item, whichever question brought it. An edited one is an item of its own."""
    try:
        mine = keeping.kept(post, includes)
        first, newest = history(mine)[0], history(mine)[-1]
    except TROUBLE as error:
        raise Unreadable(NOT_A_POST) from error
    if newest == first:
        return Raw(canonical({"post": mine}), external_id=first)
    return Raw(canonical({"edited": mine}), external_id=f"edited:{first}:{newest}")


def withdrawn(external_id: str) -> Raw:
    return Raw(canonical({"withdrawn": external_id}), external_id=f"withdrawn:{external_id}")


def raws(told: Mapping[str, Any]) -> list[Raw]:
    """The posts of an answer, oldest first, reposts left out: they are nobody's own words."""
    found, includes = told.get("data", []), told.get("includes", {})
    if (
        not isinstance(found, list)
        or not all(isinstance(each, dict) for each in found)
        or not isinstance(includes, dict)
    ):
        raise Unreadable("X answered with something else than a list of posts.")
    mine = [each for each in found if not is_repost(each)]
    return [raw(each, includes) for each in sorted(mine, key=lambda each: _order(str(each.get("id"))))]


def item(body: bytes, settings: Mapping[str, Any]) -> Item:
    """What one stored item says. Raises `Unreadable`."""
    told = parsed(body)
    try:
        if "withdrawn" in told:
            return Withdrawn(_text(told["withdrawn"]))
        if "edited" in told:
            after = said(told["edited"], settings)
            return Edited(after.external_id, after, after.posted_at)
        return said(told["post"], settings)
    except TROUBLE as error:
        raise Unreadable(NOT_A_POST) from error


def said(post: Mapping[str, Any], settings: Mapping[str, Any]) -> Said:
    """One post is one utterance through all its versions; others may refer to each of them, and to the whole thread.

    A post that begins a thread names it by its own number: an answer to it may have come before it.
    """
    ids = history(post)
    parents = [_text(each["id"]) for each in post.get("referenced_posts") or [] if each["type"] == "replied_to"]
    thread = [*parents, str(post.get("conversation_id") or "")] if parents else [ids[0]]
    return Said(
        external_id=ids[0],
        author=handle(post["author"]),
        audience=Audience.PUBLIC,
        text="\n\n".join(_words(post)),
        quoted="\n".join(f"https://x.com/i/status/{each}" for each in _quoted(post)),
        posted_at=_moment(post.get("created_at")),
        thread_ids=tuple(dict.fromkeys(filter(None, thread))),
        own_ids=tuple(dict.fromkeys(ids)),
        language=_language(post),
        by_us=is_ours(post["author"], settings),
    )


def handle(user: Mapping[str, Any]) -> Handle:
    """By the number of the account: its name may be changed at any time, and given to somebody else."""
    name, shown = str(user.get("username") or ""), str(user.get("name") or "")
    return Handle(NAMESPACE, _text(user["id"]), f"{shown} (@{name})" if shown and name else name or shown)


def is_ours(user: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return bool(user.get("username")) and str(user["username"]).lower() == own_name(settings)


def own_name(settings: Mapping[str, Any]) -> str:
    return str(settings.get("address") or "").strip().lstrip("@").lower()


def history(post: Mapping[str, Any]) -> list[str]:
    """The ids of all its versions, oldest first."""
    several = [_text(each) for each in post.get("edit_history_post_ids") or []]
    return several or [_text(post["id"])]


def is_repost(post: Mapping[str, Any]) -> bool:
    references = post.get("referenced_posts") or post.get("referenced_tweets") or []
    return any(isinstance(each, dict) and each.get("type") == "retweeted" for each in references)


def _words(post: Mapping[str, Any]) -> Iterator[str]:
    """What was written, links as they lead and not as X shortens them, then each picture with its description."""
    text = unescape(_text(post["text"], empty=True))
    for link in post.get("links") or []:
        if link["short"]:
            text = text.replace(link["short"], link["whole"])
    yield text
    for media in post.get("media") or []:
        yield " ".join(part for part in (f"[{media['type'] or 'file'}]", media["alt_text"], media["url"]) if part)


def _quoted(post: Mapping[str, Any]) -> list[str]:
    return [_text(each["id"]) for each in post.get("referenced_posts") or [] if each["type"] == "quoted"]


def _language(post: Mapping[str, Any]) -> str:
    """“und” and “qme” and the like are X's words for none."""
    found = str(post.get("lang") or "")
    return "" if found == "und" or found.startswith("q") else found


def _text(value: Any, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty):
        raise ValueError("a text is missing")
    return value


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _order(external_id: str) -> tuple[int, str]:
    """Ids are figures that grow."""
    return len(external_id), external_id


def newest(ids: Sequence[str]) -> str:
    return max(ids, key=_order, default="")


def is_newer(one: str, other: str) -> bool:
    return _order(one) > _order(other)
