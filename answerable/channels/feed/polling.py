"""Asking for a feed, and what is new in it.

The cursor is {"etag", "modified": what the server said last, "seen": [[id, content], ...]}. The feed is asked for only if it
changed (RFC 9110, section 13). What was seen with other content was edited; `seen` holds digests, the newest last.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from answerable.channels.common.objects import canonical
from answerable.channels.contract import Page, Raw, Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.channels.feed import documents
from answerable.channels.feed.entries import Entry, entry_of, is_ours
from answerable.channels.feed.naming import digest
from answerable.core.text.fold import fold
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/json, application/xml, text/xml"
REMEMBERED = 1000
MOVED = frozenset({301, 302, 303, 307, 308})


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    conditions = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    told = {name: str(value) for name, value in conditions.items() if value and str(value).isprintable()}
    return call(address(settings), settings, headers={"Accept": ACCEPT, **told})


def call(url: str, settings: Mapping[str, Any], *, headers: Mapping[str, str]) -> HttpCall:
    user, password = (str(settings.get(name) or "") for name in ("user", "password"))
    signed = b64encode(f"{user}:{password}".encode()).decode()
    secret = {"Authorization": f"Basic {signed}"} if user and password else {}
    return HttpCall("GET", url, headers=headers, secret_headers=secret, repeatable=True)


def address(settings: Mapping[str, Any]) -> str:
    """Raises `Unsupported` for a feed without a web address."""
    feed = str(settings.get("feed") or "").strip()
    if not feed.startswith(("https://", "http://")) or not feed.isprintable() or " " in feed:
        raise Unsupported("The web address of the feed does not begin with https://. Nothing was asked; mend it.")
    return feed


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What is new or changed, oldest first. What has none of the words is passed by."""
    told = checked(answer)
    if told.status == 304:
        return Page((), dict(cursor))
    seen = {str(key): str(content) for key, content in cursor.get("seen") or ()}
    items, now_there, others = [], dict[str, str](), 0
    for kept, entry in _told(told.body, settings):
        key, content = digest(entry.id), digest(entry.title, entry.text)
        now_there[key] = content
        if seen.get(key) == content:
            continue
        if wanted(entry, settings):
            items.append(raw(kept, entry, edited=key in seen, content=content))
        else:
            others += 1
    remembered = {key: content for key, content in seen.items() if key not in now_there} | now_there
    after = {"etag": told.headers.get("etag", ""), "modified": told.headers.get("last-modified", "")}
    return Page(
        tuple(items), {**after, "seen": [list(each) for each in remembered.items()][-REMEMBERED:]}, passed_by=others
    )


def raw(kept: documents.Kept, entry: Entry, *, edited: bool, content: str) -> Raw:
    """The same state of an entry is the same item, so that it is stored once."""
    state = f"gone:{entry.id}" if entry.deleted else f"edited:{entry.id}:{content}" if edited else entry.id
    facts = {**kept, "id": entry.id, "edited": edited}
    return Raw(canonical(facts), external_id=state)


def wanted(entry: Entry, settings: Mapping[str, Any]) -> bool:
    """Many feeds carry everything that is said on a site. Our own words are told, so that the desk knows its answers."""
    asked = [fold(" ".join(each.split())) for each in str(settings.get("words") or "").split(",") if each.strip()]
    text = fold(f"{entry.title}\n{entry.text}")
    return entry.deleted or not asked or is_ours(entry, settings) or any(each in text for each in asked)


def checked(answer: Answer) -> HttpAnswer:
    """A feed, or that it did not change. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The server answered with something that is not HTTP.")
    match answer.status:
        case 200 | 304:
            return answer
        case 401 | 403:
            raise Reauthorise("The site wants another sign-in for this feed. Enter its user name and password.")
        case 404 | 410:
            raise Refused("There is no feed at this address any more. Look on the site for its new one.")
        case 429:
            raise TryLater("The site asks us to wait.", _seconds(answer))
        case status if status in MOVED:
            raise Refused(f"The feed moved. Enter its new address: {answer.headers.get('location', '')[:300]}")
        case status if status >= 500:
            raise TryLater("The site has trouble of its own.")
        case status:
            raise Refused(f"The site refused the feed (HTTP {status}).")


def _told(body: bytes, settings: Mapping[str, Any]) -> Iterator[tuple[documents.Kept, Entry]]:
    """Oldest first where the feed tells when, else from its end, where most feeds keep what is oldest."""
    found = [(kept, entry_of(kept, settings)) for kept in documents.entries(body)][::-1]
    often = Counter(entry.id for _, entry in found)
    whole = [(kept, _apart(entry) if often[entry.id] > 1 else entry) for kept, entry in found]
    yield from sorted(whole, key=lambda each: _order(each[1], whole))


def _apart(entry: Entry) -> Entry:
    """Some feeds give one id to several entries; then what never changes tells them apart."""
    return replace(entry, id=f"{entry.id}#{digest(entry.link, entry.title, str(entry.published))}")


def _order(entry: Entry, among: Sequence[tuple[documents.Kept, Entry]]) -> float:
    all_told = all(each.published or each.updated for _, each in among)
    at = entry.published or entry.updated
    return at.timestamp() if at and all_told else 0.0


def _seconds(answer: HttpAnswer) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdecimal() else 300.0
