"""Matrix: who reads a room decides what may be said there, and an answer is looked for as far as the server shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Audience, Enclosure, Raw, Unsupported
from answerable.channels.matrix.connector import connector
from answerable.core.wire.calls import HttpAnswer, HttpCall

FILE = Enclosure("lid.mp3", "audio/mpeg", b"ID3", reference="mxc://social.example/Lid")
ROOM, DIRECT = "!room:social.example", "!direct:social.example"


def say(**changes: Any) -> HttpCall:
    return connector.say(reply(connector, **changes), settings(connector))


@pytest.mark.parametrize(("audience", "room"), [(Audience.PRIVATE, "public"), (Audience.PUBLIC, "private")])
def test_nothing_is_said_in_a_room_of_another_audience(audience: Audience, room: str) -> None:
    with pytest.raises(Unsupported, match="Choose the other audience"):
        say(audience=audience, in_reply_to=f"{room} {ROOM} $e")


def test_the_same_answer_bears_the_same_transaction_and_another_another() -> None:
    assert say(key="a").url == say(key="a", text="Other words").url
    assert say(key="a").url != say(key="b").url


def test_one_message_carries_one_file_of_its_sort() -> None:
    said = json.loads(say(enclosures=(FILE,)).body)
    assert (said["msgtype"], said["url"], said["filename"]) == ("m.audio", FILE.reference, "lid.mp3")
    for wrong in ((FILE, FILE), (replace(FILE, reference=""),)):
        with pytest.raises(Unsupported):
            say(enclosures=wrong)


def test_what_is_looked_for_never_leaves_the_house_and_comes_back_with_the_answer() -> None:
    asked = urlsplit(connector.look_up(reply(connector), settings(connector)).url)
    assert set(parse_qs(asked.fragment)) == {"org.answerable.reply", "since"}
    assert "org.answerable.reply" not in asked.query


def test_an_answer_is_not_taken_for_absent_where_the_server_shows_too_little() -> None:
    asked = connector.look_up(reply(connector), settings(connector)).url
    event = {"room_id": ROOM, "event_id": "$e", "origin_server_ts": 1, "content": {}}
    shown = {"chunk": [event], "end": "t1"}
    with pytest.raises(Unsupported, match="too little"):
        connector.found(HttpAnswer(200, body=json.dumps(shown).encode(), asked=asked))
    assert connector.found(HttpAnswer(200, body=json.dumps({"chunk": [event]}).encode(), asked=asked)) is None


def room(*events: dict[str, Any], state: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"timeline": {"events": list(events), "limited": False}, "state": {"events": list(state)}}


def news(rooms: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(200, body=json.dumps({"next_batch": "s2", "rooms": {"join": rooms}}).encode())


def message(number: int, **content: Any) -> dict[str, Any]:
    said = {"msgtype": "m.text", "body": f"Number {number}", **content}
    who = {"sender": "@pia:friends.example", "origin_server_ts": number}
    return {"type": "m.room.message", "event_id": f"$e{number}", "content": said, **who}


def state(kind: str, **content: str) -> dict[str, Any]:
    return {"type": kind, "state_key": "", "content": content, "sender": "@pia:friends.example", "event_id": "$s"}


@pytest.mark.parametrize(
    ("rule", "audience"),
    [
        (state("m.room.join_rules", join_rule="public"), "public"),
        (state("m.room.history_visibility", history_visibility="world_readable"), "public"),
        (state("m.room.join_rules", join_rule="knock"), "private"),
        (state("m.room.join_rules", join_rule="invite"), "private"),
    ],
)
def test_a_room_that_everybody_may_join_or_read_is_public(rule: dict[str, Any], audience: str) -> None:
    page = connector.page(news({ROOM: room(message(1), state=(rule,))}), {"since": "s1"}, settings(connector))
    (said,) = connector.read(Raw(page.items[0].body), settings(connector))
    assert said.audience == audience  # type: ignore[union-attr]


def test_where_only_mentions_are_heard_a_private_room_is_heard_as_a_whole() -> None:
    values = {**settings(connector), "hears": "mentions"}
    named = message(2, **{"m.mentions": {"user_ids": ["@care:social.example"]}})
    written = message(3, body="Dear @care:social.example")
    rooms = {ROOM: room(message(1), named, written), DIRECT: room(message(4))}
    page = connector.page(news(rooms), {"since": "s1", "public": {ROOM: ["join_rule"]}}, values)
    assert [each.external_id for each in page.items] == [f"{ROOM} $e2", f"{ROOM} $e3", f"{DIRECT} $e4"]
