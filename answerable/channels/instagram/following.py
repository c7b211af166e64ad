"""What was said around a comment, the words of a mention, and whether a comment is still there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.meta.reading import FOREIGN, moment, name, text
from answerable.channels.common.meta.sending import answers_a_message
from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Audience, Handle, Raw, Said, Unreadable, Unsupported
from answerable.channels.instagram import comments
from answerable.core.wire.calls import Answer, HttpCall

MOST = 40
NODE = "id,text,timestamp,username,from,parent_id"
AROUND = f"id,media{{id,caption,timestamp,username,comments.limit({MOST}){{{NODE},replies{{{NODE}}}}}}}"
MENTIONED = "id,timestamp,text,username,from,media{id,permalink}"
CAPTION = "id,timestamp,caption,username,permalink"


def ask_context(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """What is mentioned elsewhere stands below a medium of somebody else, which is not shown to us."""
    if external_id.startswith(comments.MENTION):
        raise Unsupported("The network does not show what was said around a mention.")
    return graph.call("GET", graph.segment(external_id), settings, asked={"fields": AROUND})


def context(answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
    """The caption and what was said below it, oldest first."""
    told = graph.told(answer, asking=True)
    graph.named(told)
    try:
        media = told.get("media") or {}
        rows = objects((media.get("comments") or {}).get("data") or [])
        below = [each for row in rows for each in (row, *objects((row.get("replies") or {}).get("data") or []))]
        account = str(settings.get("address") or "")
        said = [comments.comment(each, account) for each in below]
        around = [*_caption(media), *sorted(said, key=lambda each: str(each.posted_at or ""))]
    except FOREIGN as error:
        raise Unreadable("The network answered with something else than a thread.") from error
    return tuple(each for each in around if each.text)


def ask_words(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """A mention is asked for at our own account: what it stands below is somebody else's."""
    media, _, comment = external_id.removeprefix(comments.MENTION).partition(":")
    if not (media + comment).isdecimal():
        raise Unsupported("This is no mention of the network.")
    named = f"mentioned_comment.comment_id({comment}){{{MENTIONED}}}"
    fields = named if comment else f"mentioned_media.media_id({media}){{{CAPTION}}}"
    account = graph.segment(str(settings.get("address") or ""))
    return graph.call("GET", account, settings, asked={"fields": fields})


def words(answer: Answer, external_id: str) -> Raw | None:
    if graph.is_gone(answer):
        return None
    told = graph.told(answer, asking=True)
    if not told.get("mentioned_comment") and not told.get("mentioned_media"):
        raise Unreadable("The network answered with something else than a mention.")
    item = {"asked": "mention", "reference": external_id, "node": told}
    return Raw(canonical(item), external_id=external_id)


def ask_again(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """Neither a message nor a mention is asked after: the network answers as if they were gone."""
    if answers_a_message(external_id) or external_id.startswith(comments.MENTION):
        raise Unsupported("The network cannot be asked after this.")
    return graph.call("GET", graph.segment(external_id), settings, asked={"fields": "id,timestamp"})


def again(answer: Answer, external_id: str) -> Raw | None:
    """Comments cannot be edited on Instagram; only whether one is there."""
    if graph.is_gone(answer):
        return Raw(canonical({"asked": "gone", "node": {"id": external_id}}), external_id=f"gone:{external_id}")
    graph.named(graph.told(answer, asking=True))
    return None


def _caption(media: Mapping[str, Any]) -> list[Said]:
    """What we wrote below our own picture."""
    if not media.get("caption"):
        return []
    who = Handle(comments.NAMESPACE, str(media.get("username") or "us"), str(media.get("username") or ""))
    at = moment(media.get("timestamp"))
    return [Said(name(media["id"]), who, Audience.PUBLIC, text(media["caption"]), at)]
