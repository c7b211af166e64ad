"""Asking a home server for news: stretches that are missing first, then invitations, then what is new.

Where more was said in a room than one answer holds ("limited"), none of it is taken from that answer: the whole stretch since
the last token is read forwards, page by page, so that everything comes once and in its order. Of a room to which somebody
invited us we hear what was said from the invitation on, also before we were in it. What was said before a source was
connected is not said to us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Page, Raw, Unreadable
from answerable.channels.matrix import rooms
from answerable.channels.matrix.cursors import Gap, Invitation, Known, known
from answerable.channels.matrix.server import API, call, part, refused, told
from answerable.core.wire.calls import Answer, HttpCall

AT_ONCE = 100
# A first answer is long, and to join a room of a far server takes its time; other sources wait meanwhile.
WAITS = 30.0
NAMES = {"lazy_load_members": True, "include_redundant_members": True}
IN_A_ROOM = {"types": [*rooms.MESSAGES, *rooms.STATE], **NAMES}
NEWS = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": AT_ONCE, **IN_A_ROOM},
        "state": {"types": list(rooms.STATE), **NAMES},
        "ephemeral": {"types": ["m.receipt"]},
        "account_data": {"types": []},
    },
}
NOT_FOR_US = "This account cannot read encrypted messages. Please write in a room without encryption."


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    """The server answers at once: to wait for news would keep a worker from all other sources."""
    now = known(cursor)
    if now.gaps:
        return _ask_stretch(now.gaps[0], settings)
    if now.invited:
        return _answer_invitation(now.invited[0], settings)
    asked = {"filter": as_json(NEWS), "timeout": "0", **({"since": now.since} if now.since else {})}
    return call("GET", f"{API}/sync?{urlencode(asked)}", settings, timeout=WAITS)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    before = known(cursor)
    try:
        if before.gaps:
            items = _stretch(answer, before, settings)
        elif before.invited:
            items = _joined(answer, before)
        else:
            items = _news(told(answer), before, settings)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable("The home server answered with something else than news of rooms.") from error
    return Page(tuple(items), before.cursor(), more=before.waits)


def _ask_stretch(gap: Gap, settings: Mapping[str, Any]) -> HttpCall:
    asked = {"dir": "f", "limit": str(AT_ONCE), "filter": as_json(IN_A_ROOM), "to": gap.end}
    asked |= {"from": gap.start} if gap.start else {}
    return call("GET", f"{API}/rooms/{part(gap.room)}/messages?{urlencode(asked)}", settings, timeout=WAITS)


def _answer_invitation(invitation: Invitation, settings: Mapping[str, Any]) -> HttpCall:
    if invitation.accept:
        return call("POST", f"{API}/join/{part(invitation.room)}", settings, words={}, timeout=WAITS)
    return call("POST", f"{API}/rooms/{part(invitation.room)}/leave", settings, words={"reason": NOT_FOR_US})


def _stretch(answer: Answer, now: Known, settings: Mapping[str, Any]) -> list[Raw]:
    """A stretch ends where its page has no more. One that the server no longer shows is told as missing, and passed."""
    gap, *now.gaps = now.gaps
    if refused(answer):
        return [_own("missed", gap.room, gap.end)]
    found = told(answer)
    chunk, end = objects(found["chunk"]), found.get("end")
    heard = gap.heard
    events = []
    for event in chunk:
        events += [event] if heard else []
        heard = heard or rooms.lets_us_in(event, settings)
    if chunk and isinstance(end, str):
        now.gaps.insert(0, replace(gap, start=end, heard=heard))
    rooms.learn(now, gap.room, chunk)
    names = rooms.names([*objects(found.get("state") or []), *chunk])
    return rooms.items(now, gap.room, events, names, settings)


def _joined(answer: Answer, now: Known) -> list[Raw]:
    invitation, *now.invited = now.invited
    if refused(answer):
        return [_own("not_joined", invitation.room, now.since)]
    told(answer)
    return []


def _news(found: Mapping[str, Any], now: Known, settings: Mapping[str, Any]) -> list[Raw]:
    before, now.since = now.since, found["next_batch"]
    if not isinstance(now.since, str) or not now.since:
        raise KeyError("next_batch")
    news_of = found.get("rooms") or {}
    items: list[Raw] = []
    for room, news in (news_of.get("join") or {}).items():
        items += _room(now, room, news, before, settings)
    for room, news in (news_of.get("invite") or {}).items():
        items += _invited(now, room, objects(news["invite_state"]["events"]), settings)
    return items


def _room(now: Known, room: str, news: Mapping[str, Any], before: str, settings: Mapping[str, Any]) -> list[Raw]:
    timeline = objects(news["timeline"]["events"])
    state = objects((news.get("state") or {}).get("events") or [])
    rooms.learn(now, room, [*state, *timeline])
    if not before:
        return []
    if news["timeline"].get("limited"):
        joined = rooms.came_by_invitation([*state, *timeline], settings)
        now.gaps.append(Gap(room, "" if joined else before, now.since, heard=not joined))
        return []
    items = rooms.items(now, room, timeline, rooms.names([*state, *timeline]), settings)
    return items + rooms.receipts(now, room, objects((news.get("ephemeral") or {}).get("events") or []), settings)


def _invited(now: Known, room: str, state: list[Mapping[str, Any]], settings: Mapping[str, Any]) -> list[Raw]:
    """An encrypted room is declined with the reason: whoever writes there would wait for an answer in vain."""
    if not settings.get("joins", True):
        return [_own("invited", room, now.since)]
    encrypted = any(each["type"] == "m.room.encryption" for each in state)
    now.invited.append(Invitation(room, accept=not encrypted))
    return [_own("declined", room, now.since)] if encrypted else []


def _own(what: str, room: str, at: str) -> Raw:
    return Raw(canonical({what: room, "at": at}), external_id=f"{what} {room} {at}")


def as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
