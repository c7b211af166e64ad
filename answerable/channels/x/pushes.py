"""What X pushes: proved, answered when it asks for a proof, and read (docs.x.com: “Webhooks”, “Account Activity API”,
“X Activity API”).

X signs neither the time nor the address, so an old delivery is as genuine as a new one; it is stored once and changes nothing.
The proof that X asks for is the same HMAC with the same secret as that of a delivery. Whoever could choose what we sign
could sign deliveries of their own, so only what can be no delivery is signed: a token of letters and figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import canonical, parsed
from answerable.channels.common.signatures import base64, is_signed, signature
from answerable.channels.contract import (
    Item,
    LeftOut,
    NotGenuine,
    Raw,
    Receipt,
    ReceiptState,
    Unreadable,
    Unsupported,
    Withdrawn,
)
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.x import direct, posts

HEADER, FORM = "x-twitter-webhooks-signature", "sha256="
TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{1,512}")
OF_REACH = re.compile(r".*_count|.*_metrics|verified|verified_type|subscription_type|is_blue_verified")
NOT_FOR_US = "Nothing was said in this delivery."


def verify(body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """Raises `NotGenuine`."""
    given, key = headers.get(HEADER, ""), str(settings.get("consumer_secret") or "")
    proved = given.startswith(FORM) and is_signed(given.removeprefix(FORM), key, body, form=base64)
    if not proved or not body.lstrip().startswith(b"{"):
        raise NotGenuine("The delivery does not prove that it comes from X. It was not stored.")


def challenge(query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
    """The challenge-response check. Raises `NotGenuine` for what is no token of X."""
    given, key = query.get("crc_token", ""), str(settings.get("consumer_secret") or "")
    if not key or not TOKEN.fullmatch(given):
        raise NotGenuine("This is no challenge of X.")
    proof = FORM + signature(key, given.encode(), form=base64)
    return PushAnswer("application/json", canonical({"response_token": proof}).decode())


def winnowed(body: bytes) -> bytes:
    """A delivery without how many follow, liked or read: X sends that unasked. Bytes that are no JSON stay as they are."""
    try:
        return canonical(_without_reach(parsed(body)))
    except (Unreadable, AttributeError, RecursionError):
        return body


def items(told: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Item]:
    """What was said in a delivery. Raises `Unreadable`, or `Unsupported` where nothing was."""
    try:
        found = list(_activity(told["data"], settings) if "data" in told else _account(told, settings))
    except posts.TROUBLE as error:
        raise Unreadable("This is not a delivery of X. Its bytes are kept.") from error
    if not found:
        raise Unsupported(NOT_FOR_US)
    return found


def _activity(event: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[Item]:
    """One event of the newer sort: a post as the rest of the API has it, or the news that one is gone."""
    kind, payload = str(event["event_type"]), event["payload"]
    if kind == "post.delete":
        yield Withdrawn(_text(payload["id"]))
    elif kind.startswith("post.") and not posts.is_repost(payload):
        yield posts.item(posts.raw(payload, event.get("includes") or {}).body, settings)


def _account(told: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[Item]:
    """Several events of one account, in the older words of X."""
    users = told.get("users") or {}
    for post in _rows(told, "tweet_create_events"):
        if "retweeted_status" not in post:
            yield posts.item(_post(post).body, settings)
    for gone in _rows(told, "tweet_delete_events"):
        yield Withdrawn(_text(gone["status"]["id"]), _at(gone.get("timestamp_ms")))
    for event in _rows(told, "direct_message_events"):
        if event.get("type") == "message_create":
            yield direct.said(parsed(_message(event, users).body)["direct"], settings)
    for number, read in enumerate(_rows(told, "direct_message_mark_read_events")):
        yield _seen(read, number, told)


def _post(old: Mapping[str, Any]) -> Raw:
    """A post in the older words, told in the newer ones."""
    long = old.get("extended_tweet") or {}
    entities = long.get("entities") or old.get("entities") or {}
    user = old["user"]
    references = [("replied_to", old.get("in_reply_to_status_id_str")), ("quoted", old.get("quoted_status_id_str"))]
    media = (old.get("extended_entities") or entities).get("media") or []
    return posts.raw(
        {
            "id": _text(old["id_str"]),
            "text": long.get("full_text") or old.get("full_text") or old["text"],
            "author_id": _text(user["id_str"]),
            "created_at": _older(old["created_at"]),
            "lang": old.get("lang"),
            "entities": {"urls": entities.get("urls") or []},
            "edit_history_post_ids": (old.get("edit_history") or {}).get("edit_tweet_ids") or [],
            "referenced_posts": [{"type": kind, "id": each} for kind, each in references if each],
            "attachments": {"media_keys": [each["id_str"] for each in media]},
        },
        {"users": [_user(user)], "media": [_picture(each) for each in media]},
    )


def _message(event: Mapping[str, Any], users: Mapping[str, Any]) -> Raw:
    made = event["message_create"]
    sender, recipient = _text(made["sender_id"]), _text(made["target"]["recipient_id"])
    people = [_user({"id_str": each, **users.get(each, {})}) for each in (sender, recipient)]
    media = [each for each in [(made["message_data"].get("attachment") or {}).get("media")] if each]
    return direct.raw(
        {
            "id": _text(event["id"]),
            "text": made["message_data"]["text"],
            "sender_id": sender,
            "created_at": at.isoformat() if (at := _at(event["created_timestamp"])) else "",
            # As the newer API names the conversation of two: both numbers, the smaller first.
            "dm_conversation_id": "-".join(sorted((sender, recipient), key=int)),
            "participant_ids": [sender, recipient],
            "entities": {"urls": (made["message_data"].get("entities") or {}).get("urls") or []},
            "attachments": {"media_keys": [each["id_str"] for each in media]},
        },
        {"users": people, "media": [_picture(each) for each in media]},
    )


def _seen(read: Mapping[str, Any], number: int, told: Mapping[str, Any]) -> Item:
    """X says up to when somebody has read; that we have read ourselves is no news."""
    reader, when = _text(read["sender_id"]), _at(read["created_timestamp"])
    if reader == told.get("for_user_id"):
        return LeftOut(
            f"read:{reader}:{read['created_timestamp']}", number, "We have read it ourselves.", understood=True
        )
    name = posts.handle(_user({"id_str": reader, **(told.get("users") or {}).get(reader, {})}))
    return Receipt(f"read:{reader}:{read['created_timestamp']}", (), ReceiptState.SEEN, recipient=name, until=when)


def _user(old: Mapping[str, Any]) -> Mapping[str, str]:
    names = {"id": old.get("id_str") or old.get("id"), "username": old.get("screen_name"), "name": old.get("name")}
    return {name: str(each or "") for name, each in names.items()}


def _picture(old: Mapping[str, Any]) -> Mapping[str, str]:
    told = {"media_key": old["id_str"], "type": old.get("type"), "url": old.get("media_url_https")}
    return {name: str(each or "") for name, each in {**told, "alt_text": old.get("ext_alt_text")}.items()}


def _rows(told: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(name)
    return found


def _without_reach(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_reach(each) for name, each in value.items() if not OF_REACH.fullmatch(name)}
    return [_without_reach(each) for each in value] if isinstance(value, list) else value


def _at(milliseconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None


def _older(moment: str) -> str:
    """“Wed Oct 10 20:19:24 +0000 2018”, with English names whatever the machine speaks."""
    _, month, day, clock, zone, year = moment.split()
    number = "JanFebMarAprMayJunJulAugSepOctNovDec".index(month) // 3 + 1
    return f"{year}-{number:02}-{int(day):02}T{clock}{zone[:3]}:{zone[3:]}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value
