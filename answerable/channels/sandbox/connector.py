"""The town square as a channel: it is polled, it pushes signed deliveries, it takes replies with an idempotency key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.common.objects import named
from answerable.channels.common.signatures import is_signed, signature
from answerable.channels.contract import (
    Audience,
    Can,
    Enclosure,
    Family,
    Handle,
    Item,
    NotGenuine,
    Page,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
    Withdrawn,
)
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.sandbox.server import call_of, canonical, stamped, told
from answerable.core.wire.calls import Answer, Call, HttpAnswer

FRESH = timedelta(minutes=5)
SPEC = Spec(
    kind="sandbox",
    label="Town square",
    icon="thread",
    family=Family.OURS,
    can=frozenset({Can.HEAR_MENTIONS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE})
    | {Can.NOTICE_DELETION, Can.LOOK_UP_REPLY, Can.ATTACH_IMAGE, Can.TAKE_BACK},
    settings=(
        Setting("token_key", "Key of the square", secret=True, hint="Made by the house; never typed."),
        Setting(
            "words",
            "Words to search the square for",
            required=False,
            default="",
            hint="Parted by commas. Empty: it is a square of ours, and everything is heard that is said there.",
        ),
    ),
    max_text=500,
    max_attachment=5 * 1024 * 1024,
    poll_every=timedelta(seconds=5),
    docs="answerable/channels/sandbox/README.md",
    in_house=True,
)


class SandboxConnector:
    """Speaks the square's small JSON dialect."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        """HMAC-SHA-256 over time and body, at most five minutes old. Raises `NotGenuine`."""
        key = str(settings.get("token_key") or "")
        stamp, given = headers.get("x-square-time", ""), headers.get("x-square-signature", "")
        fresh = stamp.isdecimal() and abs(at.timestamp() - int(stamp)) <= FRESH.total_seconds()
        if not fresh or not is_signed(given, key, stamped(stamp, body)):
            raise NotGenuine("The delivery does not prove that it comes from the square. It was not stored.")

    def challenge(self, query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        """The signature of the token as if sent at "challenge", which is no time: it can never serve for a delivery."""
        key, token = str(settings.get("token_key") or ""), query.get("square_challenge", "")
        if not key or not token:
            raise NotGenuine("This is no challenge of the square.")
        return PushAnswer("text/plain", signature(key, stamped("challenge", token.encode("utf-8", "replace"))))

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """One delivery is one post or the news that one is gone. Raises `Unreadable`."""
        try:
            return [_item(json.loads(raw.body))]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise Unreadable("This is not a post of the square. Its bytes are kept.") from error

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Call:
        words = str(settings.get("words") or "")
        wanted = f"&words={quote(words, safe='')}" if words else ""
        return call_of("GET", f"posts?after={int(cursor.get('after', 0))}{wanted}", settings, repeatable=True)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        answered = told(answer)
        items = tuple(Raw(body=canonical(post)) for post in answered["posts"])
        after = max([int(cursor.get("after", 0)), *(int(post["id"]) for post in answered["posts"])])
        return Page(items, {"after": after}, bool(answered["more"]), answered["count_today"], answered["today"])

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> Call:
        _check(reply)
        query = f"pictures?type={quote(enclosure.media_type, safe='')}"
        return call_of("POST", query, settings, body=enclosure.body, repeatable=True)

    def uploaded(self, answer: Answer) -> str:
        return str(told(answer)["id"])

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        _check(reply)
        words = {
            "text": reply.text,
            "private": reply.audience == Audience.PRIVATE,
            "to": reply.to[0].value if reply.to else "",
            "parent": reply.in_reply_to,
            "pictures": [{"id": each.reference, "alt": each.alt} for each in reply.enclosures],
        }
        return call_of("POST", "replies", settings, body=canonical(words), key=reply.key)

    def receipt(self, answer: Answer) -> str:
        return str(told(answer)["id"])

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        return call_of("GET", f"replies/{quote(reply.key, safe='')}", settings, repeatable=True)

    def found(self, answer: Answer) -> str | None:
        if isinstance(answer, HttpAnswer) and answer.status == 404:
            return None
        return str(told(answer)["id"])

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> Call:
        return call_of("DELETE", f"posts/{quote(external_id, safe='')}", settings, repeatable=True)

    def taken_back(self, answer: Answer) -> None:
        if not isinstance(answer, HttpAnswer) or answer.status != 404:
            told(answer)


def _check(reply: Reply) -> None:
    if reply.audience == Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience == Audience.PRIVATE and not reply.to:
        raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if any(not each.media_type.startswith("image/") for each in reply.enclosures):
        raise Unsupported("The square takes pictures only. Nothing was sent; the text is kept.")
    if any(len(each.body) > (SPEC.max_attachment or 0) for each in reply.enclosures):
        raise Unsupported("The square takes pictures of 5 MB at most. Nothing was sent; the text is kept.")
    if len(reply.text) > (SPEC.max_text or 0):
        raise Unsupported(f"The square takes {SPEC.max_text} characters. Nothing was sent; shorten the text.")


def _item(post: Mapping[str, Any]) -> Item:
    external_id = named(post["id"])
    if post.get("gone"):
        return Withdrawn(external_id, datetime.fromisoformat(str(post["gone"])))
    parents = (str(post["parent"]),) if post.get("parent") else ()
    return Said(
        external_id=external_id,
        author=Handle("sandbox", named(post["handle"]), str(post.get("name") or "")),
        audience=Audience.PRIVATE if post["private"] else Audience.PUBLIC,
        text=str(post["text"]),
        posted_at=datetime.fromisoformat(str(post["at"])),
        thread_ids=parents,
        own_ids=(external_id,),
        language=str(post.get("language") or ""),
    )


connector = SandboxConnector()
