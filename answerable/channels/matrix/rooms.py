"""What the events of one room say: which are for us, who spoke, who may read the room, and whether our answer was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.common.objects import canonical
from answerable.channels.contract import Raw
from answerable.channels.matrix.cursors import Known

Event = Mapping[str, Any]

MESSAGES = ("m.room.message", "m.sticker", "m.room.encrypted", "m.room.redaction")
# The fields of these with which everybody may come in, or read without coming in.
OPEN = {
    "m.room.join_rules": ("join_rule", "public"),
    "m.room.history_visibility": ("history_visibility", "world_readable"),
}
# Nobody can see in these whether they name us, so they pass, and what they are is said when they are read.
UNNAMED = ("m.room.redaction", "m.room.encrypted")
# Stands in each answer of ours, with what is made of its key.
MARK = "org.answerable.reply"
STATE = (*OPEN, "m.room.member")


def items(
    now: Known, room: str, events: Sequence[Event], names: Mapping[str, str], settings: Mapping[str, Any]
) -> list[Raw]:
    """Answers of ours are passed by: we have them. What a colleague said with the account elsewhere is taken."""
    found = []
    for event in events:
        if event["type"] not in MESSAGES:
            continue
        mine = event["sender"] == us(settings) and event["type"] != "m.room.redaction"
        if mine and not now.is_public(room):
            now.ours.pop(room, None)
            now.ours[room] = event["event_id"]
        if _by_a_colleague(event) if mine else not now.is_public(room) or _for_us(event, settings):
            told = {"room": room, "public": now.is_public(room), "event": event}
            told["name"] = names.get(event["sender"], "")
            found.append(Raw(canonical(told), external_id=f"{room} {event['event_id']}"))
    return found


def _by_a_colleague(event: Event) -> bool:
    """Whoever edits an answer of ours with the account elsewhere is not followed: what went out stays what went out."""
    relation = event["content"].get("m.relates_to") or {}
    return MARK not in event["content"] and relation.get("rel_type") != "m.replace"


def _for_us(event: Event, settings: Mapping[str, Any]) -> bool:
    """In a public room, where only what names us is heard: replies to us name us, too (“User and room mentions”)."""
    if settings.get("hears") != "mentions" or event["type"] in UNNAMED:
        return True
    content = event["content"].get("m.new_content") or event["content"]
    named = (content.get("m.mentions") or {}).get("user_ids") or ()
    written = f"{content.get('body')} {content.get('formatted_body')}"
    return us(settings) in named or us(settings) in written


def receipts(now: Known, room: str, news: Sequence[Event], settings: Mapping[str, Any]) -> list[Raw]:
    """Who reads a private room reads it to an event; where that is our newest one, our answer was seen."""
    items: list[Raw] = []
    for content in (each["content"] for each in news if each["type"] == "m.receipt"):
        readers = (content.get(now.ours.get(room, "")) or {}).get("m.read") or {}
        for who in sorted(set(readers) - {us(settings)})[:1]:
            seen = now.ours.pop(room)
            told = {"room": room, "seen": seen, "by": who}
            items.append(Raw(canonical(told), external_id=f"seen {room} {seen}"))
    return items


def learn(now: Known, room: str, events: Sequence[Event]) -> None:
    """Who may read the room, as these events leave it."""
    rules = now.public.setdefault(room, set())
    for event in events:
        field, opens = OPEN.get(event["type"], ("", ""))
        if field:
            rules.discard(field)
            rules |= {field} if event["content"].get(field) == opens else set()


def came_by_invitation(events: Sequence[Event], settings: Mapping[str, Any]) -> bool:
    ours = [each for each in events if _is_about(each, us(settings)) and each["content"].get("membership") == "join"]
    before = [(each.get("unsigned") or {}).get("prev_content") or {} for each in ours]
    return any(each.get("membership") == "invite" for each in before)


def lets_us_in(event: Event, settings: Mapping[str, Any]) -> bool:
    """From this event on, what is said in the room is said to us, too."""
    return _is_about(event, us(settings)) and event["content"].get("membership") in ("invite", "join")


def _is_about(event: Event, person: str) -> bool:
    return bool(event["type"] == "m.room.member" and event.get("state_key") == person)


def names(events: Sequence[Event]) -> dict[str, str]:
    members = [each for each in events if each["type"] == "m.room.member"]
    return {each["state_key"]: str(each["content"].get("displayname") or "") for each in members}


def us(settings: Mapping[str, Any]) -> str:
    return str(settings.get("address") or "").strip()
