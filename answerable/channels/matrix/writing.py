"""An answer as an event, and what else we do to one of ours: look it up, take it back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from answerable.channels.common import addresses
from answerable.channels.common.multipart import media_type
from answerable.channels.common.objects import objects
from answerable.channels.common.places import PUBLIC, Place
from answerable.channels.contract import Audience, Enclosure, Reply, Unreadable, Unsupported
from answerable.channels.matrix import places
from answerable.channels.matrix.polling import as_json
from answerable.channels.matrix.rooms import MARK, us
from answerable.channels.matrix.server import API, accepted, call, part, signed, told
from answerable.core.wire.calls import Answer, HttpCall

MOST_TEXT = 16_000
MOST_BYTES = 50 * 1024 * 1024
SEARCHED = 100
# Between our clock and the server's, so that an answer is never taken for absent because one of the two is late.
MARGIN_MS = 600_000
PERSON = re.compile(r"@[^\s:]+:[^\s]+")
MEDIA = {"image": "m.image", "video": "m.video", "audio": "m.audio"}


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what one event cannot carry, and where the room is read by others than the answer is for."""
    place = _place(reply)
    _check(reply)
    content = {**_words(reply), "m.relates_to": _relation(place), MARK: mark(reply)}
    content["m.mentions"] = {"user_ids": [handle.value for handle in (*reply.to, *reply.cc)]}
    path = f"{API}/rooms/{part(place.room)}/send/m.room.message/{mark(reply)}"
    return call("PUT", path, settings, words=content)


def receipt(answer: Answer) -> str:
    """The answer names the event alone; its room stands in what was asked."""
    event = told(answer).get("event_id")
    if not isinstance(event, str) or not event:
        raise Unreadable("The home server took the answer and did not say under which name.")
    room = re.search(r"/rooms/([^/]+)/send/", urlsplit(accepted(answer).asked).path)
    return f"{unquote(room.group(1))} {event}" if room else event


def upload(enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """A file that no message names is seen by nobody, and the server forgets it."""
    _place(reply)
    _check_size(enclosure)
    address = f"{addresses.server(settings)}/_matrix/media/v3/upload?{urlencode({'filename': enclosure.name})}"
    headers = {"Accept": "application/json", "Content-Type": media_type(enclosure.media_type)}
    return HttpCall("POST", address, headers, signed(settings), body=enclosure.body, repeatable=True, timeout=120)


def look_up(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Ask for what we said last in that room. What we look for stands behind the #, which never leaves the house."""
    place = _place(reply)
    ours = {"types": ["m.room.message"], "senders": [us(settings)]}
    since = int(reply.at.timestamp() * 1000) - MARGIN_MS if reply.at else 0
    asked = {"dir": "b", "limit": str(SEARCHED), "filter": as_json(ours)}
    wanted = urlencode({MARK: mark(reply), "since": str(since)})
    return call("GET", f"{API}/rooms/{part(place.room)}/messages?{urlencode(asked)}#{wanted}", settings)


def found(answer: Answer) -> str | None:
    """Raises `Unsupported` where we said so much there meanwhile that this answer does not reach back far enough."""
    value = told(answer)
    chunk = objects(value.get("chunk"))
    asked = parse_qs(urlsplit(accepted(answer).asked).fragment)
    looked_for, since = asked[MARK][0], int(asked["since"][0])
    for event in chunk:
        if (event.get("content") or {}).get(MARK) == looked_for:
            return f"{event['room_id']} {event['event_id']}"
    if value.get("end") and not any(event["origin_server_ts"] < since for event in chunk):
        raise Unsupported("The home server shows too little of the room to say whether it is there.")
    return None


def take_back(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    place = places.read(external_id)
    if place is None:
        raise Unsupported("It is not known in which room this answer stands. Take it back with a Matrix client.")
    once = hashlib.sha256(place.name.encode()).hexdigest()[:32]
    path = f"{API}/rooms/{part(place.room)}/redact/{part(place.message)}/{once}"
    return call("PUT", path, settings, words={})


def mark(reply: Reply) -> str:
    """The same reply for ever: the server's transaction id, and what the answer is recognised by."""
    return hashlib.sha256(reply.key.encode("utf-8", "replace")).hexdigest()[:32]


def _place(reply: Reply) -> Place:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    place = places.read(reply.in_reply_to)
    if place is None or not place.audience:
        raise Unsupported("It is not known in which room this was said. Nothing was sent; the text is kept.")
    if place.audience != reply.audience:
        whose = "Everybody can read" if place.audience == PUBLIC else "Only its members can read"
        raise Unsupported(f"{whose} the room in which this was said. Choose the other audience. Nothing was sent.")
    return place


def _check(reply: Reply) -> None:
    if not reply.to:
        raise Unsupported("An answer needs somebody to go to. Nothing was sent.")
    if not all(PERSON.fullmatch(handle.value) for handle in (*reply.to, *reply.cc)):
        raise Unsupported("One of the people has no name of this network. Nothing was sent; the text is kept.")
    if len(reply.text) > MOST_TEXT:
        raise Unsupported(f"A room takes {MOST_TEXT} characters. Nothing was sent; shorten the text.")
    if len(reply.enclosures) > 1:
        raise Unsupported("One message carries one file there. Send the others with answers of their own.")
    for each in reply.enclosures:
        _check_size(each)
        if not each.reference:
            raise Unsupported("The file was not handed over to the home server. Nothing was sent; the text is kept.")


def _check_size(enclosure: Enclosure) -> None:
    if len(enclosure.body) > MOST_BYTES:
        raise Unsupported(f"A home server takes files of {MOST_BYTES >> 20} MB. Nothing was sent; the text is kept.")


def _words(reply: Reply) -> dict[str, Any]:
    """A file has its words in the same event (“Media captions”)."""
    if not reply.enclosures:
        return {"msgtype": "m.text", "body": reply.text}
    file: Enclosure = reply.enclosures[0]
    described = {"mimetype": file.media_type, "size": len(file.body)}
    kind = MEDIA.get(file.media_type.partition("/")[0], "m.file")
    words = "\n\n".join(part for part in (reply.text, file.alt) if part)
    return {"msgtype": kind, "body": words, "filename": file.name, "url": file.reference, "info": described}


def _relation(place: Place) -> dict[str, Any]:
    answered = {"m.in_reply_to": {"event_id": place.message}}
    if not place.thread:
        return answered
    return {"rel_type": "m.thread", "event_id": place.thread, "is_falling_back": False, **answered}
