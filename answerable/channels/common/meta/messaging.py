"""Private messages of Messenger and Instagram, as both push them and both give them when asked.

Source: Messenger Platform "Webhook events" (messages, message_echoes, message_edits, message_deliveries, message_reads,
postbacks) and Instagram Platform "Webhooks for messaging".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.channels.common.meta.reading import moment, name, text
from answerable.channels.contract import (
    Audience,
    Edited,
    Handle,
    Item,
    Piece,
    Receipt,
    ReceiptState,
    Said,
    Withdrawn,
)

PRIVATE, THREAD = "mid:", "private:"
KEY = "answerable:"
NO_WORDS = "It holds nothing that anybody said: a reaction, a sign of typing, or a setting."
OUR_ECHO = "It is the echo of an answer that was sent from here."
FILES: Mapping[str, str] = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mp4",
    "ig_reel": "video/mp4",
    "reel": "video/mp4",
    "file": "application/octet-stream",
    "story_mention": "image/jpeg",
}
MENTIONED = "[mentioned you in a story]"
UNSUPPORTED = "[sent something that the network does not pass on to us; it can be seen in its app]"


@dataclass(frozen=True)
class Place:
    """Whose messages these are: the namespace of people, our account, and its name."""

    namespace: str
    account: str

    def person(self, told: Mapping[str, Any], display: str = "") -> Handle:
        shown = told.get("name") or told.get("username") or display
        return Handle(self.namespace, name(told["id"]), str(shown or ""))


def event(told: Mapping[str, Any], place: Place) -> Item | str:
    """One entry of `messaging`; words where it says nothing to us. Raises what `reading.FOREIGN` lists."""
    if "message" in told:
        return _message(told, place)
    if "message_edit" in told:
        return _edited(told, place)
    if "read" in told or "delivery" in told:
        return _receipt(told, place)
    if "postback" in told:
        return _pressed(told, place)
    return NO_WORDS


def polled(told: Mapping[str, Any], place: Place) -> Item | str:
    """One message as the network gives it when it is asked for a conversation."""
    sender, to = told["from"], told.get("to") or {}
    by_us = name(sender["id"]) == place.account
    people = [place.person(each) for each in to.get("data") or ()]
    other = next((each for each in people if each.value != place.account), None) if by_us else place.person(sender)
    if other is None:
        return NO_WORDS
    words = text(told.get("message") or "", empty=True)
    pieces = tuple(_polled_pieces(told))
    return _said(told["id"], place, other, words, told.get("created_time"), pieces=pieces, by_us=by_us)


def thread(person: str) -> str:
    """Under this name a private conversation with somebody goes on."""
    return f"{THREAD}{person}"


def _message(told: Mapping[str, Any], place: Place) -> Item | str:
    message = told["message"]
    by_us = bool(message.get("is_echo"))
    if by_us and str(message.get("metadata") or "").startswith(KEY):
        return OUR_ECHO
    if message.get("is_deleted"):
        return Withdrawn(f"{PRIVATE}{text(message['mid'])}", moment(told.get("timestamp")))
    other = place.person(told["recipient"] if by_us else told["sender"])
    words = text(message.get("text") or "", empty=True)
    pieces = tuple(_pieces(message))
    answers = message.get("reply_to") or {}
    said = _said(message["mid"], place, other, words, told.get("timestamp"), pieces=pieces, by_us=by_us)
    lines = [*_about(answers, message), *([said.text] if said.text else [])]
    parents = (f"{PRIVATE}{answers['mid']}",) if answers.get("mid") else ()
    return _with(said, "\n".join(lines), (*parents, *said.thread_ids))


def _about(answers: Mapping[str, Any], message: Mapping[str, Any]) -> Iterator[str]:
    """What stands beside the words: the story that they are about, and what the network keeps to itself."""
    story = answers.get("story")
    if isinstance(story, dict):
        yield f"[about your story] {story.get('url') or ''}".strip()
    if message.get("is_unsupported"):
        yield UNSUPPORTED
    for each in message.get("attachments") or ():
        payload = each.get("payload") or {}
        if each.get("type") == "story_mention":
            yield MENTIONED
        elif each.get("type") == "location":
            at = payload.get("coordinates") or {}
            yield f"[location] {at.get('lat')}, {at.get('long')}"
        elif each.get("type") not in FILES:
            shown = each.get("title") or payload.get("title") or ""
            yield f"[{each.get('type') or 'file'}] {shown} {payload.get('url') or each.get('url') or ''}".strip()


def _edited(told: Mapping[str, Any], place: Place) -> Edited:
    """The network tells how often it was edited, and not when the message was first sent."""
    edit = told["message_edit"]
    at = moment(told.get("timestamp"))
    said = _said(edit["mid"], place, place.person(told["sender"]), text(edit.get("text") or "", empty=True), None)
    return Edited(said.external_id, said, at)


def _receipt(told: Mapping[str, Any], place: Place) -> Receipt:
    """The messages that it names, and else all up to its watermark."""
    seen = told.get("read")
    about = told["delivery"] if seen is None else seen
    named = about.get("mids") or ([about["mid"]] if about.get("mid") else [])
    state = ReceiptState.DELIVERED if seen is None else ReceiptState.SEEN
    until = moment(about.get("watermark")) or moment(told.get("timestamp"))
    person = place.person(told["sender"])
    stamp = about.get("watermark") or told.get("timestamp")
    ids = tuple(f"{PRIVATE}{text(mid)}" for mid in named)
    return Receipt(f"{state}:{person.value}:{stamp}:{':'.join(ids)}"[:400], ids, state, recipient=person, until=until)


def _pressed(told: Mapping[str, Any], place: Place) -> Said:
    """A button that somebody pressed says what stands on it."""
    button = told["postback"]
    mid = button.get("mid") or f"{name(told['sender']['id'])}:{told['timestamp']}"
    return _said(mid, place, place.person(told["sender"]), text(button["title"]), told.get("timestamp"))


def _said(
    mid: Any, place: Place, other: Handle, words: str, at: Any, *, pieces: tuple[Piece, ...] = (), by_us: bool = False
) -> Said:
    external_id = f"{PRIVATE}{text(mid)}"
    return Said(
        external_id=external_id,
        author=Handle(place.namespace, place.account) if by_us else other,
        audience=Audience.PRIVATE,
        text=words,
        posted_at=moment(at),
        thread_ids=(thread(other.value),),
        own_ids=(external_id,),
        to=(other,) if by_us else (),
        pieces=pieces,
        by_us=by_us,
    )


def _with(said: Said, words: str, threads: tuple[str, ...]) -> Said:
    return Said(**{**vars(said), "text": words, "thread_ids": threads})


def _pieces(message: Mapping[str, Any]) -> Iterator[Piece]:
    for number, each in enumerate(message.get("attachments") or (), 1):
        kind, payload = str(each.get("type") or ""), each.get("payload") or {}
        if kind in FILES and payload.get("url"):
            yield piece(f"{kind}-{number}", FILES[kind], payload["url"])


def _polled_pieces(told: Mapping[str, Any]) -> Iterator[Piece]:
    for number, each in enumerate((told.get("attachments") or {}).get("data") or (), 1):
        media = each.get("image_data") or each.get("video_data") or {}
        address = media.get("url") or each.get("file_url")
        if address:
            kind = str(each.get("mime_type") or "application/octet-stream")
            yield piece(str(each.get("name") or f"file-{number}"), kind, address)


def piece(shown: str, kind: str, address: Any) -> Piece:
    """A file that lies on the network's own servers until the house fetches it."""
    return Piece(shown.replace("\0", "")[:200], kind.replace("\0", "")[:100], reference=text(address))
