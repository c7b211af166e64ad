"""An answer as a post, counted as the network counts it: a link as 23 characters, a mention without its server.

Source of the counting: https://docs.joinmastodon.org/user/posting/#links and #mentions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from answerable.channels.common.multipart import File, multipart
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Enclosure, Measured, Reply, Unsupported
from answerable.channels.mastodon.server import call
from answerable.channels.mastodon.statuses import home
from answerable.core.wire.calls import HttpCall

LINK_COUNTS = 23
LINK = re.compile(r"https?://[^\s<>\"]+")
MENTION = re.compile(r"(?<![=/\w])@(\w+(?:[\w.-]*\w)?)(?:@([\w.-]+\w))?", re.ASCII)
NAME = re.compile(r"[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?@[a-z0-9.-]+(?::[0-9]+)?")
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
MOST_FILES = 4
MOST_BYTES = 16 * 1024 * 1024
MOST_DESCRIPTION = 1500
LANGUAGE = re.compile(r"[a-z]{2,3}")


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what one post cannot carry, and for a private answer that would be read by more people."""
    _check(reply, settings)
    words = {
        "status": as_shown(reply, settings),
        "visibility": _visibility(reply, settings),
        **({"in_reply_to_id": reply.in_reply_to} if reply.in_reply_to else {}),
        **({"language": language} if (language := _language(reply)) else {}),
        **({"media_ids": [each.reference for each in reply.enclosures]} if reply.enclosures else {}),
    }
    return call("POST", "/api/v1/statuses", settings, body=canonical(words), key=quote(reply.key, safe=""))


def upload(file: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """A picture with its description. One that no post names is removed by the server after a day."""
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    _check_file(file)
    described = {"description": file.alt[:MOST_DESCRIPTION]} if file.alt else {}
    kind, body = multipart(described, [File("file", file.name, file.media_type, file.body)])
    return replace(call("POST", "/api/v2/media", settings, body=body, media_type=kind), timeout=60)


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    shown = as_shown(reply, settings)
    short = LINK.sub("x" * LINK_COUNTS, shown)
    counted = MENTION.sub(lambda found: f"@{found.group(1)}", short)
    return Measured(len(counted), int(settings.get("longest") or 500), shown)


def _check(reply: Reply, settings: Mapping[str, Any]) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience is Audience.PRIVATE and not reply.to:
        raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if len(reply.enclosures) > MOST_FILES:
        raise Unsupported(f"One post carries {MOST_FILES} pictures. Nothing was sent; the text is kept.")
    for each in reply.enclosures:
        _check_file(each)
        if not each.reference:
            raise Unsupported("A picture was not handed over to the server. Nothing was sent; the text is kept.")
    if not all(NAME.fullmatch(handle.value) for handle in (*reply.to, *reply.cc)):
        raise Unsupported("One of the people has no name of this network. Nothing was sent; the text is kept.")
    if reply.audience is Audience.PRIVATE and _strangers(reply, settings):
        raise Unsupported(
            "Whoever is named with @ would read this private answer. Take the name out. Nothing was sent."
        )
    length = measured(reply, settings)
    if length.most is not None and length.length > length.most:
        raise Unsupported(f"The server takes {length.most} characters. Nothing was sent; shorten the text.")


def _check_file(file: Enclosure) -> None:
    if file.media_type not in PICTURES:
        raise Unsupported("The server takes pictures (JPEG, PNG, GIF, WebP). Nothing was sent; the text is kept.")
    if len(file.body) > MOST_BYTES:
        raise Unsupported(f"The server takes pictures of {MOST_BYTES >> 20} MB. Nothing was sent; the text is kept.")


def _strangers(reply: Reply, settings: Mapping[str, Any]) -> set[str]:
    """People who are named in the text and to whom it does not go."""
    return _named(reply.text, settings) - {handle.value for handle in (*reply.to, *reply.cc)}


def _named(text: str, settings: Mapping[str, Any]) -> set[str]:
    """A name without a server is one of our own server."""
    found = (match.groups() for match in MENTION.finditer(text))
    return {f"{name}@{server or home(settings)}".lower() for name, server in found}


def as_shown(reply: Reply, settings: Mapping[str, Any]) -> str:
    """Only who is named is told of an answer, so those it goes to stand before it, unless its writer named them."""
    written = _named(reply.text, settings)
    names = [handle.value for handle in (*reply.to, *reply.cc) if handle.value not in written]
    return " ".join([*(f"@{name}" for name in dict.fromkeys(names)), reply.text])


def _visibility(reply: Reply, settings: Mapping[str, Any]) -> str:
    if reply.audience is Audience.PRIVATE:
        return "direct"
    return "public" if settings.get("visibility") == "public" else "unlisted"


def _language(reply: Reply) -> str:
    language = reply.language.lower().partition("-")[0]
    return language if LANGUAGE.fullmatch(language) else ""
