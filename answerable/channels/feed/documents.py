"""A feed as its entries, whichever of its forms it has: RSS 2.0 and its elders, RSS 1.0 (RDF), Atom, JSON Feed.

A feed comes from a stranger. Sizes are bounded, XML that declares an entity is refused before one is expanded (defusedxml),
and nothing that a feed names is fetched. What is kept of an entry is its own XML or JSON, with the facts of its feed.
Sources: "RSS 2.0 Specification", "RDF Site Summary 1.0", RFC 4287 (Atom), RFC 4685 (threads), RFC 6721 (deleted entries),
"JSON Feed Version 1.1".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from answerable.channels.contract import Unreadable

LARGEST = 8 * 1024 * 1024
MOST_ENTRIES = 500
LARGEST_ENTRY = 500_000
NOT_A_FEED = "What stands at this address is no feed of RSS, Atom or JSON Feed. Enter the address of the feed itself."

Kept = Mapping[str, Any]


def entries(body: bytes) -> list[Kept]:
    """What is kept of each entry, in the order of the feed: `form`, `entry` and the facts of its `feed`. Raises `Unreadable`."""
    if len(body) > LARGEST:
        raise Unreadable("The feed is larger than 8 MB. Nothing of it was taken.")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    found = _of_json(body) if start in (b"{", b"[") else _of_xml(body)
    return [each for each in found if len(str(each["entry"])) <= LARGEST_ENTRY][:MOST_ENTRIES]


def element(text: str | bytes) -> Element:
    """XML without entities. Raises `Unreadable`."""
    try:
        found: Element = fromstring(text, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise Unreadable("The feed declares entities of its own, which is refused. Nothing of it was taken.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(NOT_A_FEED) from error
    return found


def local(node: Element) -> str:
    """The name of an element without its namespace: feeds of one form use several."""
    return str(node.tag).rpartition("}")[2]


def child(node: Element, *names: str) -> Element | None:
    """The first child of the first of these names that is there."""
    found = {local(each): each for each in reversed(list(node))}
    return next((found[name] for name in names if name in found), None)


def words(node: Element | None) -> str:
    return (node.text or "").strip() if node is not None else ""


def _of_xml(body: bytes) -> Iterator[Kept]:
    root = element(body)
    match local(root):
        case "rss" | "RDF":
            channel = child(root, "channel")
            items = [each for place in (channel, root) if place is not None for each in place if local(each) == "item"]
            facts = _facts(channel if channel is not None else root)
        case "feed":
            items = [each for each in root if local(each) in ("entry", "deleted-entry")]
            facts = _facts(root)
        case _:
            raise Unreadable(NOT_A_FEED)
    try:
        yield from ({"form": "xml", "entry": tostring(each, "unicode"), "feed": facts} for each in items)
    except (RecursionError, ValueError, TypeError) as error:
        raise Unreadable(NOT_A_FEED) from error


def _facts(feed: Element) -> dict[str, str]:
    language = words(child(feed, "language")) or feed.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    author = child(feed, "author")
    name = words(child(author, "name")) if author is not None else ""
    return {"title": words(child(feed, "title")), "language": language, "author": name}


def _of_json(body: bytes) -> Iterator[Kept]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_A_FEED) from error
    items = feed.get("items") if isinstance(feed, dict) and "jsonfeed.org" in str(feed.get("version")) else None
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Unreadable(NOT_A_FEED)
    facts = {name: str(feed.get(name) or "") for name in ("title", "language")}
    facts["author"] = author_of(feed)
    yield from ({"form": "json", "entry": each, "feed": facts} for each in items)


def author_of(thing: Mapping[str, Any]) -> str:
    """The first author of a JSON feed or item; `author` is how version 1.0 wrote it."""
    authors = thing.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else thing.get("author")
    return str(first.get("name") or "") if isinstance(first, dict) else ""
