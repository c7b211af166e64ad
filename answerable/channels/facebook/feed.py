"""What is said on a page in public: visitors' posts, comments and their answers, mentions; as it is pushed and as it is asked.

Source: Graph API "Webhooks reference, page: feed, mention", "Comment" and "Page feed".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from answerable.channels.common.meta.messaging import piece
from answerable.channels.common.meta.reading import moment, name, text
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Edited, Handle, Item, Piece, Raw, Said, Withdrawn

NAMESPACE = "facebook"
POSTS = frozenset({"post", "status", "photo", "video", "link", "share", "album", "note", "event"})
NOT_FOR_US = "It is no utterance: a reaction, a hidden comment or a change of the page."
OWN_POST = "It is a post of the page itself."
SOMEBODY = "Somebody on Facebook"


def change(told: Mapping[str, Any], page: str, at: Any) -> Item | str:
    """One entry of `changes`, told `at` this moment; words where it says nothing to us. Raises what `reading.FOREIGN` lists."""
    value = told["value"]
    if told["field"] not in ("feed", "mention"):
        return NOT_FOR_US
    item, verb = str(value.get("item") or ""), str(value.get("verb") or "add")
    if item != "comment" and item not in POSTS:
        return NOT_FOR_US
    external_id = name(value.get("comment_id") if item == "comment" else value.get("post_id"))
    match verb:
        case "remove" | "delete":
            return Withdrawn(external_id, moment(at))
        case "add" | "edit" | "edited":
            said = _uttered(external_id, value, page)
            return said if verb == "add" or isinstance(said, str) else Edited(external_id, said, moment(at))
    return NOT_FOR_US


def node(told: Mapping[str, Any], page: str, post: str = "") -> Said:
    """A post or a comment as the Graph gives it. `post` is the post that a comment stands below."""
    parent = (told.get("parent") or {}).get("id")
    return _said(
        name(told["id"]),
        author(told.get("from"), name(told["id"])),
        _words(told),
        told.get("created_time"),
        tuple(str(each) for each in (parent, post) if each),
        by_us=_is_ours(told.get("from"), page),
        pieces=tuple(_pieces(told.get("attachment") or {})),
    )


def asked(kind: str, told: Mapping[str, Any], post: str = "") -> Raw:
    """What a question brought, as an item: the same utterance always as the same one."""
    return Raw(canonical({"asked": kind, "node": told, "post": post}), external_id=f"{kind}:{name(told['id'])}")


def author(told: Any, external_id: str) -> Handle:
    """The network does not name everybody; then nobody else has this name."""
    if not isinstance(told, dict) or not told.get("id"):
        return Handle(NAMESPACE, f"somebody:{external_id}", SOMEBODY)
    return Handle(NAMESPACE, name(told["id"]), str(told.get("name") or ""))


def _uttered(external_id: str, value: Mapping[str, Any], page: str) -> Said | str:
    sender = value.get("from") or {"id": value.get("sender_id"), "name": value.get("sender_name")}
    by_us = _is_ours(sender, page)
    if by_us and external_id == str(value.get("post_id")):
        return OWN_POST
    parents = [
        str(each) for each in (value.get("parent_id"), value.get("post_id")) if each and str(each) != external_id
    ]
    return _said(
        external_id,
        author(sender, external_id),
        _words(value),
        value.get("created_time"),
        tuple(dict.fromkeys(parents)),
        by_us=by_us,
        pieces=tuple(_pushed_pieces(value)),
    )


def _said(
    external_id: str,
    who: Handle,
    words: str,
    at: Any,
    parents: tuple[str, ...],
    *,
    by_us: bool,
    pieces: tuple[Piece, ...],
) -> Said:
    return Said(
        external_id=external_id,
        author=who,
        audience=Audience.PUBLIC,
        text=words,
        posted_at=moment(at),
        # The page answers the comment that it stands below; right below a post it speaks to nobody in particular.
        thread_ids=parents[:-1] if by_us else parents,
        own_ids=(external_id,),
        pieces=pieces,
        by_us=by_us,
    )


def _is_ours(told: Any, page: str) -> bool:
    return isinstance(told, dict) and str(told.get("id") or "") == page


def _words(told: Mapping[str, Any]) -> str:
    """What was written, and the address that a post passes on."""
    written = text(told.get("message") or told.get("story") or "", empty=True)
    link = told.get("link") if isinstance(told.get("link"), str) and not told.get("photo") else ""
    return "\n".join(each for each in (written, link) if each)


def _pushed_pieces(value: Mapping[str, Any]) -> Iterator[Piece]:
    photos = value.get("photos") if isinstance(value.get("photos"), list) else []
    for number, each in enumerate([*([value["photo"]] if value.get("photo") else []), *(photos or [])], 1):
        yield piece(f"photo-{number}", "image/jpeg", each)
    if value.get("video"):
        yield piece("video", "video/mp4", value["video"])


def _pieces(attachment: Mapping[str, Any]) -> Iterator[Piece]:
    source = ((attachment.get("media") or {}).get("image") or {}).get("src")
    if source:
        yield piece("photo-1", "image/jpeg", source)
