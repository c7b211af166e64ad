"""YouTube as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from answerable.channels.common import google
from answerable.channels.common.objects import objects
from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Item,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
    Unsupported,
)
from answerable.channels.youtube import comments, polling
from answerable.core.wire.calls import Answer, HttpCall

LONGEST = 10_000
PLAIN = {"part": "snippet", "textFormat": "plainText"}

SPEC = Spec(
    kind="youtube",
    label="YouTube",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.REPLY_PUBLIC, Can.NOTICE_EDIT, Can.NOTICE_DELETION}
        | {Can.SHOW_CONTEXT, Can.TAKE_BACK}
    ),
    settings=(
        Setting(
            "channel", "Id of your channel", hint="It begins with UC. YouTube Studio, Settings, Channel, Advanced."
        ),
        Setting("videos", "Other videos to hear", required=False, default="", hint="Their ids, parted by commas."),
        Setting(
            "words",
            "Of other videos only what has one of these words",
            required=False,
            default="",
            hint="Parted by commas. On videos of your own channel everything is heard.",
        ),
        *google.settings("https://www.googleapis.com"),
    ),
    max_text=LONGEST,
    poll_every=timedelta(minutes=5),
    look_again_for=timedelta(days=30),
    look_again_every=timedelta(hours=12),
    forget_withdrawn=timedelta(days=7),
    lasting="refresh_token",
    docs="answerable/channels/youtube/README.md",
    proved=Proved.STAND_IN,
)


class YouTubeConnector(google.SignsInWithGoogle):
    """Hears the comments on one channel and on named videos, and answers as that channel."""

    spec = SPEC
    rights = "https://www.googleapis.com/auth/youtube.force-ssl"

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [comments.item(raw.body)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        """Source: comments.insert. An answer to an answer stands in the same thread."""
        if reply.audience is not Audience.PUBLIC:
            raise Unsupported("YouTube has no private words. Nothing was sent.")
        if reply.enclosures:
            raise Unsupported("Files cannot be sent here. Nothing was sent; the text is kept.")
        if len(reply.text) > LONGEST:
            raise Unsupported(f"A comment has at most {LONGEST} characters. Nothing was sent; shorten the text.")
        if not reply.in_reply_to:
            raise Unsupported("Nobody knows the comment to which this is the answer. Nothing was sent.")
        words = {"snippet": {"parentId": comments.thread_of(reply.in_reply_to), "textOriginal": reply.text}}
        return google.call("POST", "/youtube/v3/comments", settings, asked={"part": "snippet"}, body=words)

    def receipt(self, answer: Answer) -> str:
        return comments.id_of(google.told(answer))

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return google.call("DELETE", "/youtube/v3/comments", settings, asked={"id": external_id})

    def taken_back(self, answer: Answer) -> None:
        if not google.gone(answer):
            google.checked(answer)

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        asked = {**PLAIN, "part": "snippet,replies", "id": comments.thread_of(external_id)}
        call = google.call("GET", "/youtube/v3/commentThreads", settings, asked=asked)
        return replace(call, url=f"{call.url}#{quote(external_id, safe='')}")  # a fragment never leaves the house

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        """The first comment of the thread and the answers that YouTube shows with it, as far as others wrote them."""
        found = comments.of_threads(objects(google.told(answer).get("items")))
        own, asked = polling.own_channel(settings), unquote(urlsplit(getattr(answer, "asked", "")).fragment)
        others = [each for each in found if comments.author(each).value != own and comments.id_of(each) != asked]
        return tuple(comments.said(each) for each in others)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return google.call("GET", "/youtube/v3/comments", settings, asked={**PLAIN, "id": external_id})

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """A comment that is gone, or held back, is not among the answers any more."""
        found = objects(google.told(answer).get("items"))
        if not found:
            return comments.withdrawn(external_id)
        return comments.raw(found[0]) if comments.is_edited(found[0]) else None


connector = YouTubeConnector()
