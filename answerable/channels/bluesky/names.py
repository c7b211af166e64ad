"""The names of posts and private messages, as the house keeps them.

A post is named by its address (AT URI) with the hash of its content (CID): an answer must name both, of the post and of the
first one of its thread. A private message is named with its conversation and its author.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.channels.contract import Unreadable, Unsupported

POSTS = "app.bsky.feed.post"
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,120}")
URI = re.compile(rf"at://({DID.pattern})/([A-Za-z0-9.]{{1,100}})/([A-Za-z0-9._:~-]{{1,100}})")
CID = re.compile(r"[a-z0-9]{10,100}")
CONVO = re.compile(r"[A-Za-z0-9]{1,60}")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Place:
    """A post and the first one of its thread, each by address and hash."""

    uri: str
    cid: str
    root_uri: str
    root_cid: str

    def name(self) -> str:
        """One word without blanks; a post that begins a thread is named once."""
        parts = (
            (self.uri, self.cid) if self.root_uri == self.uri else (self.uri, self.cid, self.root_uri, self.root_cid)
        )
        return "|".join(parts)

    def reply(self) -> Mapping[str, Any]:
        return {
            "parent": {"uri": self.uri, "cid": self.cid},
            "root": {"uri": self.root_uri, "cid": self.root_cid},
        }


def place(name: str) -> Place:
    """Raises `Unsupported` for what is no name of a post."""
    parts = name.split("|")
    if len(parts) == 2:
        parts += parts
    if len(parts) != 4 or not all(map(URI.fullmatch, parts[::2])) or not all(map(CID.fullmatch, parts[1::2])):
        raise Unsupported("What this would answer is no post of Bluesky. Nothing was sent; the text is kept.")
    return Place(*parts)


def uri_of(name: str) -> str:
    """The address alone. Raises `Unsupported`."""
    found = URI.fullmatch(name.partition("|")[0])
    if found is None:
        raise Unsupported("This is no post of Bluesky.")
    return found[0]


def strong(value: Any) -> tuple[str, str]:
    """Address and hash of a reference inside a post. Raises `Unreadable`."""
    uri, cid = (value.get("uri"), value.get("cid")) if isinstance(value, dict) else (None, None)
    if not isinstance(uri, str) or not isinstance(cid, str) or not URI.fullmatch(uri) or not CID.fullmatch(cid):
        raise Unreadable("This is not a post of Bluesky. Its bytes are kept.")
    return uri, cid


def rkey(key: str) -> str:
    """The key of the record that a reply becomes: a TID (https://atproto.com/specs/tid) made of our own key.

    The same reply always has the same one, so that it can stand there only once, and can be looked up.
    """
    number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big") >> 1
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def chat(convo: str, message: str, author: str) -> str:
    return f"chat:{convo}:{message}:{author}"


def convo(convo: str, author: str) -> str:
    return f"convo:{convo}:{author}"


def partner(names: Iterable[str]) -> tuple[str, str]:
    """The conversation that is named, and with whom it is. Raises `Unsupported`."""
    for name in names:
        kind, _, rest = name.partition(":")
        convo_id, _, rest = rest.partition(":")
        other = rest.partition(":")[2] if kind == "chat" else rest
        if kind in ("chat", "convo") and CONVO.fullmatch(convo_id) and DID.fullmatch(other):
            return convo_id, other
    raise Unsupported("A private answer needs a private message to answer. Nothing was sent; the text is kept.")
