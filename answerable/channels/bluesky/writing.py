"""An answer as a post or a private message: counted in graphemes, its links, names and tags marked by bytes of UTF-8.

app.bsky.feed.post: 300 graphemes, 3,000 bytes, 4 pictures; chat.bsky.convo.defs#messageInput: 1,000 graphemes.
https://docs.bsky.app/docs/advanced-guides/post-richtext.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import regex

from answerable.channels.bluesky import names, session
from answerable.channels.bluesky.server import CHAT, ask, tell
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Enclosure, Handle, Measured, Reply, Unsupported
from answerable.core.wire.calls import HttpCall

MOST, MOST_PRIVATE, BYTES_A_GRAPHEME = 300, 1_000, 10
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
MOST_PICTURES, HEAVIEST = 4, 1_000_000
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'’]")
MENTION = re.compile(r"(?<![\w@/.])@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
TAG = re.compile(r"(?<![\w&/#])[#＃](?!\d+\b)(\w{1,64})")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
FACET = "app.bsky.richtext.facet"


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what one post cannot carry, and for a private answer that would be read by more people."""
    _check(reply)
    if reply.audience is Audience.PRIVATE:
        return _private(reply, settings)
    told = {
        "repo": session.did(settings) or session.handle(settings),
        "collection": names.POSTS,
        "rkey": names.rkey(reply.key),
        "record": _record(reply),
    }
    return tell("com.atproto.repo.putRecord", settings, told)


def upload(enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    _check(reply)
    return tell("com.atproto.repo.uploadBlob", settings, enclosure.body, media_type=enclosure.media_type)


def look_up(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for a private answer: of these the network cannot tell by a key."""
    if reply.audience is not Audience.PUBLIC:
        raise Unsupported("Bluesky cannot tell whether a private message arrived. Look it up there.")
    repo = session.did(settings) or session.handle(settings)
    asked = {"repo": repo, "collection": names.POSTS, "rkey": names.rkey(reply.key)}
    return ask("com.atproto.repo.getRecord", settings, asked)


def take_back(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    repo, collection, rkey = names.uri_of(external_id).removeprefix("at://").split("/")
    told = {"repo": repo, "collection": collection, "rkey": rkey}
    return tell("com.atproto.repo.deleteRecord", settings, told)


def measured(reply: Reply) -> Measured:
    shown = _shown(reply)
    return Measured(len(regex.findall(r"\X", shown)), _most(reply), shown)


def _check(reply: Reply) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    most, shown = _most(reply), _shown(reply)
    if measured(reply).length > most or len(_bytes(shown)) > most * BYTES_A_GRAPHEME:
        raise Unsupported(f"Bluesky takes {most} characters. Nothing was sent; shorten the text.")
    if not all(names.DID.fullmatch(handle.value) for handle in (*reply.to, *reply.cc)):
        raise Unsupported("One of the people has no name of this network. Nothing was sent; the text is kept.")
    if len(reply.enclosures) > MOST_PICTURES:
        raise Unsupported(f"A post carries {MOST_PICTURES} pictures. Nothing was sent; the text is kept.")
    for enclosure in reply.enclosures:
        _check_picture(enclosure)


def _check_picture(enclosure: Enclosure) -> None:
    if enclosure.media_type not in PICTURES or len(enclosure.body) > HEAVIEST:
        raise Unsupported("A post carries pictures of up to 1 MB only. Nothing was sent; the text is kept.")


def _private(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Into the conversation that it answers, and only where nobody else is in it than those it goes to."""
    if reply.enclosures:
        raise Unsupported("A private message carries no files here. Nothing was sent; the text is kept.")
    convo, other = names.partner((reply.in_reply_to, *reply.thread_ids))
    if {handle.value for handle in (*reply.to, *reply.cc)} != {other}:
        raise Unsupported("This conversation is with somebody else. Nothing was sent; the text is kept.")
    told = {"convoId": convo, "message": _rich(reply)}
    return tell("chat.bsky.convo.sendMessage", settings, told, headers=CHAT)


def _record(reply: Reply) -> Mapping[str, Any]:
    at = reply.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if reply.at else ""
    return {
        "$type": names.POSTS,
        **_rich(reply),
        "createdAt": at or "1970-01-01T00:00:00.000Z",
        **({"reply": names.place(reply.in_reply_to).reply()} if reply.in_reply_to else {}),
        **({"langs": [reply.language]} if LANGUAGE.fullmatch(reply.language) else {}),
        **({"embed": _pictures(reply)} if reply.enclosures else {}),
    }


def _pictures(reply: Reply) -> Mapping[str, Any]:
    if not all(each.reference for each in reply.enclosures):
        raise Unsupported("A picture was not uploaded yet. Nothing was sent; the text is kept.")
    images = [{"image": json.loads(each.reference), "alt": each.alt} for each in reply.enclosures]
    return {"$type": "app.bsky.embed.images", "images": images}


def _rich(reply: Reply) -> Mapping[str, Any]:
    text = _shown(reply)
    facets = list(_facets(text, {each.display.lstrip("@").lower(): each for each in (*reply.to, *reply.cc)}))
    return {"text": text, **({"facets": facets} if facets else {})}


def _facets(text: str, people: Mapping[str, Handle]) -> Iterator[Mapping[str, Any]]:
    """A name becomes a mention where we know its DID: those who are answered. What stands inside a link is the link."""
    taken: list[range] = []
    for pattern, kind in ((LINK, "link"), (MENTION, "mention"), (TAG, "tag")):
        for found in pattern.finditer(text):
            if any(found.start() in span for span in taken):
                continue
            person = people.get(found.group(1).lower()) if kind == "mention" else None
            if kind == "mention" and person is None:
                continue
            taken.append(range(found.start(), found.end()))
            value = {"link": ("uri", found[0]), "mention": ("did", person.value if person else "")}
            name, words = value.get(kind) or ("tag", found.group(1))
            index = {"byteStart": len(_bytes(text[: found.start()])), "byteEnd": len(_bytes(text[: found.end()]))}
            yield {"index": index, "features": [{"$type": f"{FACET}#{kind}", name: words}]}


def _shown(reply: Reply) -> str:
    """Who is answered is told by the network; where nothing is answered, the names stand before the words."""
    if reply.in_reply_to or reply.audience is Audience.PRIVATE:
        return reply.text
    known = [each.display.lstrip("@") for each in reply.to if MENTION.fullmatch(f"@{each.display.lstrip('@')}")]
    return " ".join([*(f"@{name}" for name in known if f"@{name}" not in reply.text), reply.text])


def _most(reply: Reply) -> int:
    return MOST_PRIVATE if reply.audience is Audience.PRIVATE else MOST


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def uploaded(told: Mapping[str, Any]) -> str:
    """The blob as a post must show it."""
    blob = told.get("blob")
    if not isinstance(blob, dict) or not blob.get("ref"):
        raise Unsupported("The server did not say what it calls the picture.")
    return canonical(blob).decode()
