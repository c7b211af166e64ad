"""The town square as a channel: it is polled, it pushes signed deliveries, it takes replies with an idempotency key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.common.signatures import is_signed, signature
from answerable.channels.contract import (
    Audience,
    Can,
    Handle,
    Item,
    NotGenuine,
    Page,
    Raw,
    Reauthorise,
    Refused,
    Reply,
    Said,
    Setting,
    Spec,
    TryLater,
    Unreadable,
    Unsupported,
    Withdrawn,
)
from answerable.channels.contract_pushing import PushAnswer
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall

FRESH = timedelta(minutes=5)
SPEC = Spec(
    kind="sandbox",
    label="Town square",
    icon="thread",
    can=frozenset({Can.HEAR_MENTIONS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE})
    | {Can.NOTICE_DELETION, Can.LOOK_UP_REPLY},
    settings=(Setting("token_key", "Key of the square", secret=True, hint="Made by the house; never typed."),),
    max_text=500,
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
        return _call("GET", f"posts?after={int(cursor.get('after', 0))}", settings, repeatable=True)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        told = _told(answer)
        items = tuple(Raw(body=canonical(post)) for post in told["posts"])
        after = max([int(cursor.get("after", 0)), *(int(post["id"]) for post in told["posts"])])
        return Page(items, {"after": after}, bool(told["more"]), told["count_today"], told["today"])

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        _check(reply)
        words = {
            "text": reply.text,
            "private": reply.audience == Audience.PRIVATE,
            "to": reply.to[0].value if reply.to else "",
            "parent": reply.in_reply_to,
        }
        return _call("POST", "replies", settings, body=canonical(words), key=reply.key)

    def receipt(self, answer: Answer) -> str:
        return str(_told(answer)["id"])

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> Call:
        return _call("GET", f"replies/{quote(reply.key, safe='')}", settings, repeatable=True)

    def found(self, answer: Answer) -> str | None:
        if isinstance(answer, HttpAnswer) and answer.status == 404:
            return None
        return str(_told(answer)["id"])


def stamped(stamp: str, body: bytes) -> bytes:
    """What the square signs of a delivery: its time and its body."""
    return stamp.encode() + b"." + body


def canonical(value: Mapping[str, Any]) -> bytes:
    """The same value always makes the same bytes, so that a push and a poll of one post are one envelope."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _check(reply: Reply) -> None:
    if reply.audience == Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience == Audience.PRIVATE and not reply.to:
        raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if reply.enclosures:
        raise Unsupported("The square takes no files. Nothing was sent; the text is kept.")
    if len(reply.text) > (SPEC.max_text or 0):
        raise Unsupported(f"The square takes {SPEC.max_text} characters. Nothing was sent; shorten the text.")


def _item(post: Mapping[str, Any]) -> Item:
    if post.get("gone"):
        return Withdrawn(str(post["id"]), datetime.fromisoformat(str(post["gone"])))
    parents = (str(post["parent"]),) if post.get("parent") else ()
    return Said(
        external_id=str(post["id"]),
        author=Handle("sandbox", str(post["handle"]), str(post.get("name") or "")),
        audience=Audience.PRIVATE if post["private"] else Audience.PUBLIC,
        text=str(post["text"]),
        posted_at=datetime.fromisoformat(str(post["at"])),
        thread_ids=parents,
        own_ids=(str(post["id"]),),
        language=str(post.get("language") or ""),
    )


def _call(
    method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"", key: str = "", repeatable: bool = False
) -> HttpCall:
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": quote(key, safe="")} if key else {})}
    return HttpCall(
        method,
        f"{settings['house_url']}/square/{settings['slug']}/api/{path}",
        headers=headers,
        secret_headers={"Authorization": f"Bearer {settings.get('token_key') or ''}"},
        body=body,
        repeatable=repeatable,
    )


def _told(answer: Answer) -> Mapping[str, Any]:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The square answered with something that is not HTTP.")
    match answer.status:
        case 200 | 201:
            return _parsed(answer.body)
        case 401 | 403:
            raise Reauthorise("The square no longer accepts our key. The source is paused; connect it again.")
        case 429:
            raise TryLater("The square asks us to wait.", _seconds(answer))
        case status if status >= 500:
            raise TryLater("The square has trouble of its own.")
        case status:
            raise Refused(f"The square refused it (HTTP {status}).")


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isdecimal() else 60.0


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise Unreadable("The square answered with something that is not JSON.") from error
    if not isinstance(told, dict):
        raise Unreadable("The square answered with something else than an object.")
    return told


connector = SandboxConnector()
