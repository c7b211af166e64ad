"""What we ask of X, and what our recorded answers say, fits the published description of its API."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Audience, Enclosure
from answerable.channels.x import around
from answerable.channels.x.connector import connector
from answerable.core.wire.calls import HttpAnswer, HttpCall
from tests.contracts.described import description

X = description("x-v2.json")
VALUES = settings(connector)
ANSWERS = Path(__file__).resolve().parents[2] / "answerable/channels/x/samples/answers"
KNOWN = {"me": "900000000000000001", "rules": ["(glimo beeps) -is:retweet -from:glimocare"]}
PICTURE = Enclosure("glimo.png", "image/png", b"\x89PNG", alt="A Glimo on a table", reference="1990000000000000055")
ANSWERED = {
    "page-of-who-we-are": ("GET", "/2/users/me"),
    "page-of-mentions-with-more-behind": ("GET", "/2/users/1/mentions"),
    "page-of-a-search": ("GET", "/2/tweets/search/recent"),
    "page-of-direct-messages": ("GET", "/2/dm_events"),
    "page-of-rules-that-are-set": ("POST", "/2/tweets/search/stream/rules"),
    "reply-200-of-a-post": ("POST", "/2/tweets"),
    "reply-200-of-a-message": ("POST", "/2/dm_conversations/with/1/messages"),
    "context-of-a-conversation": ("GET", "/2/tweets/search/recent"),
    "again-edited": ("GET", "/2/tweets"),
    "again-gone": ("GET", "/2/tweets"),
    "uploaded": ("POST", "/2/media/upload"),
    "taken-back": ("DELETE", "/2/tweets/1"),
    "found-there": ("GET", "/2/tweets/search/recent"),
}


@pytest.mark.parametrize("lane", ["mentions", "own", "quotes", "direct", "search:glimo beeps"])
@pytest.mark.parametrize("paging", [{}, {"next": "page-token-of-x-0000", "top": "9"}], ids=["first", "further"])
def test_every_question_is_one_that_the_api_knows(lane: str, paging: dict[str, str]) -> None:
    cursor: dict[str, Any] = {"lane": lane, "after": {lane: "1990000000000000001"}, **KNOWN, **paging}
    assert not X.request(connector.ask(cursor, VALUES))


def test_who_we_are_and_the_rules_are_asked_as_the_api_knows_it() -> None:
    assert not X.request(connector.ask({}, VALUES))
    for rules in ([], ["(old words)"]):
        assert not X.request(connector.ask({"lane": "rules", "me": "1", "rules": rules}, VALUES))
    for replays in ("", "1"):
        assert not X.request(HttpCall("GET", connector.stream({}, {**VALUES, "replays": replays}).url))


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PRIVATE])
def test_an_answer_of_ours_is_one_that_the_api_takes(audience: Audience) -> None:
    said = reply(connector, audience=audience)
    with_picture = replace(said, enclosures=(PICTURE,))
    described = connector.describe(PICTURE, VALUES)
    assert described is not None
    calls = [connector.say(said, VALUES), connector.say(with_picture, VALUES), described]
    for call in (*calls, connector.upload(PICTURE, said, VALUES), connector.take_back("1990000000000000021", VALUES)):
        assert not X.request(call)


def test_looking_up_looking_around_and_looking_again_are_known() -> None:
    asked = [connector.look_up(reply(connector), VALUES)]
    asked += [each("1990000000000000010", VALUES) for each in (connector.ask_context, connector.ask_again)]
    further = around.ask_further(
        HttpAnswer(200, body=b'{"data": [{"conversation_id": "1990000000000000010"}]}'), VALUES
    )
    assert further is not None
    for call in (*asked, further):
        assert not X.request(call)


def test_what_is_not_described_does_not_fit() -> None:
    said = connector.say(reply(connector), VALUES)
    assert X.request(replace(said, body=b'{"text": 7}'))
    assert X.request(replace(said, body=b'{"words": "a"}'))
    assert X.request(HttpCall("GET", "https://api.x.com/2/users/care/mentions"))
    assert X.request(HttpCall("GET", "https://api.x.com/2/users/1/mentions?max_results=1"))
    assert X.request(HttpCall("GET", "https://api.x.com/2/users/1/mentions?user.fields=followers"))


@pytest.mark.parametrize("name", ANSWERED)
def test_a_recorded_answer_is_one_as_the_api_describes_it(name: str) -> None:
    told = json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))["answer"]
    assert not X.answered(*ANSWERED[name], told["status"], told["headers"], told["body"].encode())
