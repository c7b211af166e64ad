"""What was said around a comment, and whether it is still there. Source: Graph API "Comment", "Page post"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.meta.reading import FOREIGN
from answerable.channels.common.meta.sending import answers_a_message
from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Raw, Said, Unreadable, Unsupported
from answerable.channels.facebook import feed
from answerable.core.wire.calls import Answer, HttpCall

MOST = 40
NODE = "id,message,created_time,from,parent{id}"
AROUND = f"id,message,story,created_time,from,comments.filter(stream).order(chronological).limit({MOST}){{{NODE}}}"


def ask_context(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """A comment's id begins with its post's: the post and all that was said below it."""
    page, parts = str(settings.get("address") or ""), external_id.split("_")
    below = len(parts) == 2 and parts[0] != page
    asked = f"{page}_{parts[0]}" if below else external_id
    return graph.call("GET", graph.segment(asked), settings, asked={"fields": AROUND})


def context(answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
    page, told = str(settings.get("address") or ""), graph.told(answer, asking=True)
    try:
        post = graph.named(told)
        below = objects((told.get("comments") or {}).get("data") or [])
        around = [feed.node(told, page), *(feed.node(each, page, post) for each in below)]
    except FOREIGN as error:
        raise Unreadable("The network answered with something else than a thread.") from error
    return tuple(said for said in around if said.text)


def ask_again(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """A message is not asked after: the network calls what is older than the newest twenty deleted."""
    if answers_a_message(external_id):
        raise Unsupported("The network cannot be asked after a message.")
    return graph.call("GET", graph.segment(external_id), settings, asked={"fields": "id,created_time"})


def again(answer: Answer, external_id: str) -> Raw | None:
    """Only whether it is there: an edit is pushed, and the network does not say when it was made."""
    if graph.is_gone(answer):
        return Raw(canonical({"asked": "gone", "node": {"id": external_id}}), external_id=f"gone:{external_id}")
    graph.named(graph.told(answer, asking=True))
    return None
