"""What was said around a message of a room (“Event context”)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common.objects import an_object, objects
from answerable.channels.common.places import Place
from answerable.channels.contract import Said, Unreadable
from answerable.channels.matrix import events, places, rooms
from answerable.channels.matrix.polling import NAMES, as_json
from answerable.channels.matrix.server import API, call, part, told
from answerable.core.wire.calls import Answer, HttpCall

AT_MOST = 40


def ask(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """What is no name of an event is asked for as one, and there is none of that name."""
    place = places.read(external_id) or Place("!", external_id)
    asked = urlencode({"limit": str(AT_MOST), "filter": as_json({"types": ["m.room.message"], **NAMES})})
    return call("GET", f"{API}/rooms/{part(place.room)}/context/{part(place.message)}?{asked}", settings)


def read(answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
    """Oldest first, without what we said, what was taken back, and what only changes another."""
    found = told(answer)
    before, after = (objects(found.get(name)) for name in ("events_before", "events_after"))
    try:
        names = rooms.names(objects(found.get("state") or []))
        common = {"room": an_object(found.get("event"))["room_id"], "public": True}
        around = [each for each in (*reversed(before), *after) if _is_shown(each, settings)]
        return tuple(events.said({**common, "name": names.get(each["sender"], "")}, each) for each in around)
    except events.UNFIT as error:
        raise Unreadable("The home server answered with something else than what was said around it.") from error


def _is_shown(event: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    relation = event["content"].get("m.relates_to") or {}
    return (
        event["sender"] != rooms.us(settings) and "body" in event["content"] and relation.get("rel_type") != "m.replace"
    )
