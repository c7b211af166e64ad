"""An answer as a post or as a direct message, its pictures, and how it is found and taken back."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import (
    Audience,
    Enclosure,
    Measured,
    Refused,
    Reply,
    TryLater,
    Unreadable,
    Unsupported,
)
from answerable.channels.x import posts
from answerable.channels.x.api import call, data, number, told
from answerable.channels.x.counting import MOST, MOST_IN_DIRECT, weight
from answerable.channels.x.direct import PREFIX
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

PICTURES = ("image/jpeg", "image/png", "image/webp")
MOST_PICTURES, LARGEST, LONGEST_ALT = 4, 5 * 1024 * 1024, 1000
WORD = re.compile(r"\w+")
WORDS_SOUGHT = 12
GONE = 404


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what one post or message cannot carry."""
    _check(reply)
    pictures = [number(each.reference) for each in reply.enclosures]
    if reply.audience is Audience.PRIVATE:
        beside = {"attachments": [{"media_id": each} for each in pictures]} if pictures else {}
        where = f"/2/dm_conversations/with/{number(reply.to[0].value)}/messages"
        return call("POST", where, settings, told={"text": reply.text, **beside})
    attached = {"media": {"media_ids": pictures}} if pictures else {}
    words = {"text": reply.text, "reply": {"in_reply_to_tweet_id": number(reply.in_reply_to)}, **attached}
    return call("POST", "/2/tweets", settings, told=words)


def receipt(answer: Answer) -> str:
    """The id of the post, or of the message with its sign before it. Raises what the answer means."""
    made = data(answer)
    external_id = made.get("id") or (f"{PREFIX}{made['dm_event_id']}" if made.get("dm_event_id") else "")
    if not isinstance(external_id, str) or not external_id:
        raise Unreadable("X took it without saying under which number.")
    return external_id


def measured(reply: Reply) -> Measured:
    """The names of those it answers are put before it by X and count nothing."""
    if reply.audience is Audience.PRIVATE:
        return Measured(len(reply.text), MOST_IN_DIRECT, reply.text)
    return Measured(weight(reply.text), MOST, reply.text)


def upload(enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what is no picture that X takes, and for a note."""
    _check_note(reply)
    _check_picture(enclosure)
    kind = "dm_image" if reply.audience is Audience.PRIVATE else "tweet_image"
    sent = {"media": b64encode(enclosure.body).decode(), "media_category": kind}
    return call("POST", "/2/media/upload", settings, told=sent)


def describe(enclosure: Enclosure, settings: Mapping[str, Any]) -> HttpCall | None:
    """What a picture shows, in words; none where nobody wrote any."""
    if not enclosure.alt.strip():
        return None
    words = {"alt_text": {"text": enclosure.alt.strip()[:LONGEST_ALT]}}
    return call("POST", "/2/media/metadata", settings, told={"id": number(enclosure.reference), "metadata": words})


def uploaded(answer: Answer) -> str:
    name = data(answer).get("id")
    if not isinstance(name, str) or not name:
        raise Unreadable("X took the picture without saying under which number.")
    return name


def look_up(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Our own posts that answer the same one with the same words. Raises `Unsupported` for what cannot be searched for."""
    words = " ".join(WORD.findall(reply.text)[:WORDS_SOUGHT])
    if reply.audience is not Audience.PUBLIC or not words:
        raise Unsupported("X cannot be asked whether this is there. Look there yourself and say whether it arrived.")
    query = f'from:{posts.own_name(settings)} in_reply_to_tweet_id:{number(reply.in_reply_to)} "{words}"'
    asked = {"query": query, "max_results": "10", "post.fields": "created_at,text"}
    return call("GET", "/2/tweets/search/recent", settings, asked=asked)


def found(answer: Answer) -> str | None:
    """The id of what was found. That nothing was found proves nothing: the search of X comes to know a post later.

    Raises `TryLater` then, and never says that it is not there.
    """
    rows = told(answer).get("data") or []
    ids = (
        [str(each["id"]) for each in rows if isinstance(each, dict) and each.get("id")]
        if isinstance(rows, list)
        else []
    )
    if not ids:
        raise TryLater("The search of X does not show it yet, which proves nothing.")
    return posts.newest(ids)


def take_back(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for a direct message: X takes it away from us only, and not from whom it went to."""
    if external_id.startswith(PREFIX):
        raise Unsupported("A direct message of X cannot be taken back from whom it went to.")
    return call("DELETE", f"/2/tweets/{number(external_id)}", settings)


def taken_back(answer: Answer) -> None:
    if isinstance(answer, HttpAnswer) and answer.status == GONE:
        return
    if data(answer).get("deleted") is not True:
        raise Refused("X did not take it back.")


def _check(reply: Reply) -> None:
    _check_note(reply)
    if reply.audience is Audience.PRIVATE and (len(reply.to) != 1 or reply.cc):
        raise Unsupported("A direct message goes to one person. Nothing was sent; the text is kept.")
    if reply.audience is Audience.PUBLIC and not reply.in_reply_to:
        raise Unsupported("An answer in public needs the post that it answers. Nothing was sent; the text is kept.")
    if len(reply.enclosures) > (1 if reply.audience is Audience.PRIVATE else MOST_PICTURES):
        raise Unsupported(f"X takes {MOST_PICTURES} pictures with a post and one with a message. Nothing was sent.")
    for each in reply.enclosures:
        _check_picture(each)
    length = measured(reply)
    if length.most is not None and length.length > length.most:
        raise Unsupported(f"X takes {length.most} characters by its own count. Nothing was sent; shorten the text.")


def _check_note(reply: Reply) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")


def _check_picture(enclosure: Enclosure) -> None:
    if enclosure.media_type not in PICTURES:
        raise Unsupported("X takes pictures (JPEG, PNG, WebP) and no other files here. Nothing was sent.")
    if len(enclosure.body) > LARGEST:
        raise Unsupported("X takes pictures up to 5 MB. Nothing was sent; make it smaller.")
