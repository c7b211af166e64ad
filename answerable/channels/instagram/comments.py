"""What is said on Instagram in public: comments on our media and mentions elsewhere, as pushed and as asked.

Source: Instagram Platform "Webhook notification examples", "IG Comment", "Mentioned comment", "Mentioned media".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta.reading import moment, name, text
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Handle, Hinted, Item, Raw, Said

NAMESPACE = "instagram"
MENTION = "mention:"
NOT_FOR_US = "It is no utterance: a figure about a story, or a change of the account."
SOMEBODY = "Somebody on Instagram"


def change(told: Mapping[str, Any], account: str, at: Any) -> Item | str:
    """One entry of `changes`; words where it says nothing to us. Raises what `reading.FOREIGN` lists."""
    value = told["value"]
    match told["field"]:
        case "comments" | "live_comments":
            return comment({**value, "timestamp": value.get("timestamp") or at}, account)
        case "mentions":
            return Hinted(mention_id(value))
    return NOT_FOR_US


def comment(told: Mapping[str, Any], account: str, media: str = "") -> Said:
    """A comment, whoever told of it. `media` is what it stands below, where it does not say that itself."""
    below = (told.get("media") or {}).get("id") or media
    external_id, who = name(told["id"]), _author(told, name(told["id"]))
    by_us, parents = who.value == account, tuple(str(each) for each in (told.get("parent_id"), below) if each)
    return Said(
        external_id=external_id,
        author=who,
        audience=Audience.PUBLIC,
        text=text(told.get("text") or "", empty=True),
        posted_at=moment(told.get("timestamp")),
        # The account answers the comment that it stands below; right below a picture it speaks to nobody in particular.
        thread_ids=parents[:-1] if by_us else parents,
        own_ids=(external_id,),
        by_us=by_us,
    )


def mentioned(told: Mapping[str, Any], reference: str) -> Said:
    """A comment or a caption of somebody else that names us."""
    found = told.get("mentioned_comment") or told["mentioned_media"]
    address = found.get("permalink") or (found.get("media") or {}).get("permalink") or ""
    words = text(found.get("text") or found.get("caption") or "", empty=True)
    return Said(
        external_id=reference,
        author=_author(found, reference),
        audience=Audience.PUBLIC,
        text="\n".join(each for each in (words, str(address)) if each),
        posted_at=moment(found.get("timestamp")),
        own_ids=(reference,),
    )


def mention_id(value: Mapping[str, Any]) -> str:
    """Where somebody named us: a medium, or a comment below one."""
    comment_id = value.get("comment_id")
    return f"{MENTION}{name(value['media_id'])}" + (f":{name(comment_id)}" if comment_id else "")


def asked(kind: str, told: Mapping[str, Any], media: str = "") -> Raw:
    """What a question brought, as an item: the same utterance always as the same one."""
    return Raw(canonical({"asked": kind, "node": told, "media": media}), external_id=f"{kind}:{name(told['id'])}")


def _author(told: Mapping[str, Any], external_id: str) -> Handle:
    """By number; where the network tells only the name, by that; where it tells none, nobody else has this one."""
    who, shown = told.get("from") or {}, str(told.get("username") or "")
    if who.get("id"):
        return Handle(NAMESPACE, name(who["id"]), str(who.get("username") or shown))
    return Handle(NAMESPACE, f"@{shown.lower()}" if shown else f"somebody:{external_id}", shown or SOMEBODY)
