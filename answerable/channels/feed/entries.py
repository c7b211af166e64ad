"""One entry of a feed as values: what was said, by whom, where it stands, and under which id it stays the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, tostring

from answerable.channels.contract import Audience, Handle, Said, Unreadable
from answerable.channels.feed import documents
from answerable.channels.feed.documents import Kept, child, local, words
from answerable.channels.feed.naming import digest, id_of, name_of, short, whole_link
from answerable.channels.feed.naming import page as page_of
from answerable.core.errors import HouseError
from answerable.core.text.fold import fold
from answerable.core.text.html import text_of

NAMESPACE = "feed"
LONGEST_HTML = 200_000
NOT_AN_ENTRY = "This is not an entry of a feed. Its bytes are kept."


@dataclass(frozen=True)
class Entry:
    """`link` is where it stands, empty where the feed does not say; `deleted` is an entry that only tells it is gone."""

    id: str
    link: str
    title: str
    text: str
    author: str
    published: datetime | None
    updated: datetime | None
    answers: str = ""
    language: str = ""
    deleted: bool = False


def entry_of(kept: Kept, settings: Mapping[str, Any]) -> Entry:
    """Raises `Unreadable` for what is no entry."""
    try:
        feed = {str(name): str(value) for name, value in dict(kept["feed"]).items()}
        if kept["form"] == "json":
            return _of_json(kept["entry"], feed, settings)
        return _of_xml(documents.element(kept["entry"]), feed, settings)
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError) as error:
        raise Unreadable(NOT_AN_ENTRY) from error


def said(entry: Entry, settings: Mapping[str, Any]) -> Said:
    """What stands on one page is one thread, for each who speaks in it."""
    page = page_of(entry.link)
    around = (entry.answers, page if page != entry.link else "")
    return Said(
        external_id=entry.id,
        author=author(entry, settings),
        audience=Audience.PUBLIC,
        subject=entry.title,
        text=entry.text or entry.title,
        posted_at=entry.published or entry.updated,
        thread_ids=tuple(dict.fromkeys(each for each in around if each)),
        own_ids=tuple(dict.fromkeys(each for each in (name_of(entry.id, entry.link), entry.link, entry.id) if each)),
        language=entry.language,
        by_us=is_ours(entry, settings),
    )


def is_ours(entry: Entry, settings: Mapping[str, Any]) -> bool:
    ours = [fold(" ".join(each.split())) for each in str(settings.get("own_names") or "").split(",") if each.strip()]
    return fold(" ".join(entry.author.split())) in ours


def author(entry: Entry, settings: Mapping[str, Any]) -> Handle:
    """A name counts on its own site only. Those without a name are not one person."""
    site = urlsplit(str(settings.get("feed") or "")).hostname or "unknown"
    name = " ".join(entry.author.split())
    return Handle(NAMESPACE, f"{name.casefold() or 'nameless-' + digest(entry.id)}@{site}", name)


def _of_json(item: Mapping[str, Any], feed: Mapping[str, str], settings: Mapping[str, Any]) -> Entry:
    html, plain = (str(item.get(f"content_{form}") or "") for form in ("html", "text"))
    title, published = str(item.get("title") or ""), str(item.get("date_published") or "")
    link = whole_link(str(item.get("url") or ""), settings)
    name = documents.author_of(item) or feed["author"]
    return Entry(
        id=id_of(str(item.get("id") or ""), link, title, published, name),
        link=link,
        title=title,
        text=_plain(html) or plain.strip() or str(item.get("summary") or ""),
        author=name,
        published=_moment(published),
        updated=_moment(str(item.get("date_modified") or "")),
        language=str(item.get("language") or feed["language"]),
    )


def _of_xml(node: Element, feed: Mapping[str, str], settings: Mapping[str, Any]) -> Entry:
    """RSS and Atom name the same things otherwise; where both of their names stand, the fuller one is taken."""
    if local(node) == "deleted-entry":
        gone = node.get("ref") or ""
        return Entry(id_of(gone, "", "", "", ""), "", "", "", "", None, _moment(node.get("when") or ""), deleted=True)
    title = _content(child(node, "title"))
    published = words(child(node, "published", "pubDate", "issued", "date", "created"))
    link, name, answers = (
        whole_link(_where(node), settings),
        _author(node) or feed["author"],
        child(node, "in-reply-to"),
    )
    return Entry(
        id=id_of(words(child(node, "id", "guid")), link, title, published, name),
        link=link,
        title=title,
        text=_content(child(node, "encoded", "content", "description", "summary")),
        author=name,
        published=_moment(published),
        updated=_moment(words(child(node, "updated", "modified"))),
        answers=short(answers.get("ref") or "") if answers is not None else "",
        language=node.get("{http://www.w3.org/XML/1998/namespace}lang") or feed["language"],
    )


def _where(node: Element) -> str:
    """RSS writes the link as text, Atom as an attribute; of Atom's links the page is the one of no other relation."""
    links = [each for each in node if local(each) == "link"]
    pages = [each.get("href") or words(each) for each in links if each.get("rel", "alternate") == "alternate"]
    found = next((page for page in pages if page), "")
    guid = child(node, "guid")
    permanent = guid is not None and guid.get("isPermaLink", "true") == "true" and "://" in words(guid)
    return found or (words(guid) if permanent else "")


def _author(node: Element) -> str:
    """`creator` is Dublin Core's, which most forums write. RSS's own author is a mail address, perhaps with a name."""
    creator, found = words(child(node, "creator")), child(node, "author")
    if creator or found is None:
        return creator
    name = words(child(found, "name")) or words(found)
    called, mail = parseaddr(name) if "@" in name else ("", "")
    return called or mail.partition("@")[0] or name


def _content(node: Element | None) -> str:
    if node is None:
        return ""
    kind = node.get("type", "html")
    if kind == "xhtml":
        for each in node.iter():
            each.tag = local(each)
        return _plain("".join(tostring(each, "unicode") for each in node))
    text = node.text or ""
    return text.strip() if kind in ("text", "text/plain") else _plain(text)


def _plain(html: str) -> str:
    """Most of what has no markup is given as HTML, too; then nothing changes but its entities."""
    return text_of(html[:LONGEST_HTML]).strip() if html else ""


def _moment(text: str) -> datetime | None:
    """A feed that writes its times in its own way is read without them."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text.strip())
            return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
