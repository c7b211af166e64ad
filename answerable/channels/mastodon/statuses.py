"""A post of the Mastodon API ("status") as a value, and the items that tell that one was changed or taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from answerable.channels.common.objects import canonical, plain
from answerable.channels.contract import (
    Audience,
    Edited,
    Handle,
    Item,
    Piece,
    Raw,
    Said,
    ToUs,
    Unreadable,
    Withdrawn,
)
from answerable.core.errors import HouseError
from answerable.core.text.html import text_of

NAMESPACE = "mastodon"
PUBLIC = frozenset({"public", "unlisted"})
# Names and hashtags are links there; their addresses would stand between the words.
NAMED = re.compile(r'<a\s[^<>]*class="[^"<>]*\bmention\b[^"<>]*"[^<>]*>(.*?)</a>', re.DOTALL)
LONGEST = 50_000
NOT_A_POST = "This is not a post of the Mastodon API. Its bytes are kept."


def raw(status: Mapping[str, Any]) -> Raw:
    """A post on its way in: the same post always as the same item, whichever question brought it."""
    return Raw(canonical(status), external_id=id_of(status))


def withdrawn(external_id: str) -> Raw:
    return Raw(canonical({"withdrawn": external_id}), external_id=f"withdrawn:{external_id}")


def edited(status: Mapping[str, Any]) -> Raw | None:
    """None for a post that stands as it was first said."""
    changed = status.get("edited_at")
    if not changed:
        id_of(status)
        return None
    return Raw(canonical({"edited": status}), external_id=f"edited:{id_of(status)}:{changed}")


def item(body: bytes, settings: Mapping[str, Any]) -> Item:
    """What one stored item says. Raises `Unreadable`."""
    try:
        told = json.loads(body)
        if "withdrawn" in told:
            return Withdrawn(_text(told["withdrawn"]))
        if "edited" in told:
            after = said(told["edited"], settings)
            return Edited(after.external_id, after, _moment(told["edited"]["edited_at"]))
        return said(told, settings)
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError) as error:
        raise Unreadable(NOT_A_POST) from error


def said(status: Mapping[str, Any], settings: Mapping[str, Any]) -> Said:
    """Raises `Unreadable` for what is not a post."""
    try:
        external_id, parent = id_of(status), status.get("in_reply_to_id")
        return Said(
            external_id=external_id,
            author=author(status, settings),
            audience=Audience.PUBLIC if is_public(status) else Audience.PRIVATE,
            subject=plain(str(status.get("spoiler_text") or "")),
            text=plain("\n\n".join(_words(status))),
            posted_at=_moment(status.get("created_at")),
            thread_ids=(plain(str(parent)),) if parent else (),
            own_ids=(external_id,),
            language=plain(str(status.get("language") or "")),
            pieces=tuple(_pieces(status)),
            to_us=to_us(status, settings),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError) as error:
        raise Unreadable(NOT_A_POST) from error


def author(status: Mapping[str, Any], settings: Mapping[str, Any]) -> Handle:
    """The name with its server, as the network compares it; people of our own server come without it."""
    account = status["account"]
    whole = _whole(_text(account["acct"]), settings)
    return Handle(NAMESPACE, whole, plain(str(account.get("display_name") or account["acct"])))


def _whole(name: str, settings: Mapping[str, Any]) -> str:
    return name.lower() if "@" in name else f"{name.lower()}@{home(settings)}"


def home(settings: Mapping[str, Any]) -> str:
    """The server part of our own name: it may differ from the web address."""
    own = str(settings.get("address") or "").rpartition("@")[2].strip().lower()
    return own or str(urlsplit(str(settings.get("server") or "")).hostname or "")


def is_ours(status: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return author(status, settings).value == str(settings.get("address") or "").strip().lstrip("@").lower()


def to_us(status: Mapping[str, Any], settings: Mapping[str, Any]) -> ToUs | None:
    """Mastodon names everybody whom a post mentions, and mentions whom it answers; ids tell the two apart where they can."""
    own = str(settings.get("address") or "").strip().lstrip("@").lower()
    named = [each for each in status.get("mentions") or () if isinstance(each, dict)]
    ours = [each for each in named if _whole(str(each.get("acct") or ""), settings) == own]
    if not ours:
        return None
    answered = status.get("in_reply_to_account_id")
    return ToUs.ANSWERS if answered and answered in [each.get("id") for each in ours] else ToUs.NAMES


def is_public(status: Mapping[str, Any]) -> bool:
    """What only followers read is private: an answer in public would show it to everybody."""
    return status.get("visibility") in PUBLIC


def id_of(status: Mapping[str, Any]) -> str:
    """Raises `Unreadable` for what has no id."""
    external_id = status.get("id")
    if not isinstance(external_id, str | int) or not plain(str(external_id)):
        raise Unreadable(NOT_A_POST)
    return plain(str(external_id))


def text(status: Mapping[str, Any]) -> str:
    """What was written, as people read it."""
    content = _text(status["content"], empty=True)
    return text_of(NAMED.sub(r"\1", content) if len(content) < LONGEST else content)


def _words(status: Mapping[str, Any]) -> Iterator[str]:
    """What was written, then each picture or recording with its description and where it is."""
    yield text(status)
    for media in status.get("media_attachments") or ():
        described = str(media.get("description") or "").strip()
        address = str(media.get("url") or media.get("remote_url") or "")
        yield " ".join(part for part in (f"[{media.get('type') or 'file'}]", described, address) if part)


def _pieces(status: Mapping[str, Any]) -> Iterator[Piece]:
    """Each file lies at an address of its own, often of another server, and is given to everybody who knows it."""
    for media in status.get("media_attachments") or ():
        address = plain(str(media.get("url") or media.get("remote_url") or ""))
        name = urlsplit(address).path.rpartition("/")[2]
        if address.startswith(("https://", "http://")) and name:
            yield Piece(name, "application/octet-stream", reference=address)


def _text(value: Any, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (plain(value) or empty):
        raise ValueError("a text is missing")
    return plain(value)


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
