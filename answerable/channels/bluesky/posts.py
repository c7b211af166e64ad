"""A post as a value, however it came: notification, search, firehose or Jetstream (app.bsky.feed.post)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from answerable.channels.bluesky import names, session
from answerable.channels.common.objects import an_object, canonical, objects, parsed
from answerable.channels.contract import Audience, Handle, Item, Raw, Said, ToUs, Unreadable, Withdrawn
from answerable.core.errors import HouseError

NAMESPACE = "bluesky"
NOT_A_POST = "This is not a post of Bluesky. Its bytes are kept."
_KEPT = ("uri", "cid", "author", "record")
_WRONG = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError)


def raw(view: Mapping[str, Any]) -> Raw:
    """A post on its way in. What differs from question to question (counts, who has read it) is left out."""
    kept = {name: view.get(name) for name in _KEPT}
    kept["author"] = {name: value for name, value in an_object(view.get("author")).items() if name in ("did", "handle")}
    return Raw(canonical(kept), external_id=address_of(view))


def withdrawn(uri: str, *, about: str = "") -> Raw:
    return Raw(canonical({"withdrawn": uri}), external_id=f"withdrawn:{uri}", about=about)


def item(body: bytes, settings: Mapping[str, Any]) -> Item:
    """What one stored item says. Raises `Unreadable`."""
    told = an_object(parsed(body))
    try:
        if "withdrawn" in told:
            return Withdrawn(names.uri_of(told["withdrawn"]))
        if "chat" in told:
            return private(told["chat"])
        return replace(said(told), to_us=to_us(an_object(told["record"]), settings))
    except Unreadable:
        raise
    except _WRONG as error:
        raise Unreadable(NOT_A_POST) from error


def said(view: Mapping[str, Any]) -> Said:
    """Raises `Unreadable` for what is not a post."""
    try:
        record, at = an_object(view["record"]), place(view)
        reply = record.get("reply")
        parent = names.strong(an_object(reply)["parent"])[0] if reply else ""
        quoted = [uri for uri, _ in quotes(record)]
        thread = dict.fromkeys(filter(None, (parent, at.root_uri if reply else "", *quoted)))
        return Said(
            external_id=at.uri,
            author=author(view),
            audience=Audience.PUBLIC,
            text="\n\n".join(words(record)),
            posted_at=moment(record.get("createdAt")),
            thread_ids=tuple(thread),
            own_ids=(at.name(), at.uri),
            language=language(record),
        )
    except Unreadable:
        raise
    except _WRONG as error:
        raise Unreadable(NOT_A_POST) from error


def private(told: Mapping[str, Any]) -> Said:
    """A private message (chat.bsky.convo.defs#messageView) with the conversation that it belongs to."""
    message, convo = an_object(told["message"]), _text(told["convo"])
    by = _did(an_object(message["sender"])["did"])
    name = names.chat(convo, _text(message["id"]), by)
    return Said(
        external_id=name,
        author=Handle(NAMESPACE, by, by),
        audience=Audience.PRIVATE,
        text=_text(message["text"], empty=True),
        posted_at=moment(message.get("sentAt")),
        own_ids=(name, names.convo(convo, by)),
        thread_ids=(names.convo(convo, by),),
    )


def place(view: Mapping[str, Any]) -> names.Place:
    uri, cid = names.strong(view)
    reply = an_object(view["record"]).get("reply")
    return names.Place(uri, cid, *(names.strong(an_object(reply)["root"]) if reply else (uri, cid)))


def author(view: Mapping[str, Any]) -> Handle:
    """By DID, the name that stays. A stream does not tell the handle; then the DID is shown."""
    by = an_object(view["author"])
    did, handle = _did(by.get("did")), str(by.get("handle") or "")
    return Handle(NAMESPACE, did, handle or did)


def is_ours(view: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    return author(view).value == session.did(settings)


def to_us(record: Mapping[str, Any], settings: Mapping[str, Any]) -> ToUs | None:
    """An answer to a post of ours, or one that shows it, is an answer, whomever it names."""
    us = session.did(settings)
    if not us:
        return None
    reply = record.get("reply") or {}
    answered = [(reply.get("parent") or {}).get("uri"), *(uri for uri, _ in quotes(record))]
    if any(str(uri).startswith(f"at://{us}/") for uri in answered):
        return ToUs.ANSWERS
    return ToUs.NAMES if us in _mentioned(record) else None


def address_of(view: Mapping[str, Any]) -> str:
    return names.strong(view)[0]


def words(record: Mapping[str, Any]) -> Iterator[str]:
    """What was written, then each picture with its description and each link card."""
    yield _text(record["text"], empty=True)
    embed = record.get("embed") or {}
    for part in (embed, embed.get("media") or {}):
        for image in objects(part.get("images") or []):
            yield f"[image] {image.get('alt') or ''}".strip()
        if part.get("external"):
            card = an_object(part["external"])
            yield " ".join(filter(None, ("[link]", str(card.get("title") or ""), str(card.get("uri") or ""))))
        if part.get("video"):
            yield f"[video] {part.get('alt') or ''}".strip()


def quotes(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a post shows inside itself: alone (`embed.record`), or beside pictures (`embed.recordWithMedia`)."""
    shown = (record.get("embed") or {}).get("record") or {}
    inner = shown.get("record") or shown
    if inner.get("uri"):
        yield names.strong(inner)


def language(record: Mapping[str, Any]) -> str:
    langs = record.get("langs") or [""]
    return str(langs[0]).lower().partition("-")[0][:10]


def moment(value: Any) -> datetime | None:
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _mentioned(record: Mapping[str, Any]) -> Iterator[str]:
    for facet in record.get("facets") or ():
        for feature in facet.get("features") or ():
            yield str(feature.get("did") or "")


def _did(value: Any) -> str:
    if not isinstance(value, str) or not names.DID.fullmatch(value):
        raise ValueError("a DID is missing")
    return value


def _text(value: Any, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value or empty) or "\0" in value:
        raise ValueError("a text is missing")
    return value.encode("utf-8", "replace").decode()
