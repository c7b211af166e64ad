"""Feeds as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from answerable.channels.common.objects import canonical, named, storable
from answerable.channels.contract import (
    Audience,
    Can,
    Edited,
    Family,
    Item,
    Page,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
    Withdrawn,
)
from answerable.channels.feed import polling
from answerable.channels.feed.entries import NOT_AN_ENTRY, entry_of, said
from answerable.channels.feed.naming import parted
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

SPEC = Spec(
    kind="feed",
    label="Forum or blog (feed)",
    icon="thread",
    family=Family.FORUM,
    can=frozenset({Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.ANSWER_BY_HAND}),
    settings=(
        Setting(
            "feed",
            "Web address of the feed",
            hint="Of posts, of topics or of comments. Sites write “RSS”, “Atom” or “Feed” at it, often at the foot of a page.",
        ),
        Setting(
            "words",
            "Only what has one of these words",
            required=False,
            default="",
            hint="Parted by commas; names of products for instance. Leave it empty to hear everything.",
        ),
        Setting(
            "own_names",
            "Names under which you write there",
            required=False,
            default="",
            hint="Parted by commas. So the desk knows its own answers, and hears nobody in them.",
        ),
        Setting("user", "User name", required=False, default="", hint="Only for a feed that asks for a sign-in."),
        Setting("password", "Password", secret=True, required=False, hint="Only for a feed that asks for a sign-in."),
    ),
    poll_every=timedelta(minutes=5),
    look_again_for=timedelta(days=14),
    look_again_every=timedelta(days=1),
    forget_withdrawn=timedelta(days=7),
    docs="answerable/channels/feed/README.md",
    proved=Proved.REAL_SERVER,
)


class FeedConnector:
    """Hears one feed. Its answers are posted on the site, by people."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        try:
            kept = storable(json.loads(raw.body))
            if "withdrawn" in kept:
                return [Withdrawn(named(kept["withdrawn"]))]
            entry = replace(entry_of(kept, settings), id=named(kept["id"]))
            edited = bool(kept["edited"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreadable(NOT_AN_ENTRY) from error
        if entry.deleted:
            return [Withdrawn(entry.id, entry.updated)]
        told = said(entry, settings)
        return [Edited(told.external_id, told, entry.updated)] if edited else [told]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def where(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """The page of the entry; of an entry without one, the site's first page."""
        if reply.audience is not Audience.PUBLIC:
            raise Unsupported("On a site that is read by everybody there is no private answer. Nothing was kept.")
        _, link = parted(reply.in_reply_to)
        if link:
            return link
        feed = urlsplit(polling.address(settings))
        return f"{feed.scheme}://{feed.netloc}/"

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        """The page of the entry, if it is on the site of the feed; else the feed, which tells nothing of it."""
        feed, (_, link) = polling.address(settings), parted(external_id)
        own = bool(link) and urlsplit(link).netloc == urlsplit(feed).netloc
        return polling.call(link if own else feed, settings, headers={"Accept": "text/html, */*;q=0.5"})

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """Only the page itself can be gone. Any other answer leaves the entry as it stands."""
        told = answer if isinstance(answer, HttpAnswer) else _unreadable()
        entry, link = parted(external_id)
        if told.status in (404, 410) and link and told.asked in ("", link):
            return Raw(canonical({"withdrawn": entry}), external_id=f"gone:{entry}")
        if told.status in (404, 410) or told.status in polling.MOVED:
            return None
        if b"<" not in polling.checked(told).body:
            raise Unreadable("The site answered with something that is no page.")
        return None


def _unreadable() -> Any:
    raise Unreadable(NOT_AN_ENTRY)


connector = FeedConnector()
