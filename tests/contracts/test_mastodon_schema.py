"""What we ask of a Mastodon server, and what our recorded answers say, fits the published schema of its API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Audience, Enclosure
from answerable.channels.mastodon.connector import connector
from answerable.channels.mastodon.polling import _lanes
from tests.contracts.described import description

SCHEMA = description("mastodon.json")
SAMPLES = Path(__file__).resolve().parents[2] / "answerable/channels/mastodon/samples"
# What these say otherwise than Mastodon is what their samples are for.
OTHER_PROGRAMS = ("gotosocial-", "akkoma-", "pixelfed-")
POSTS = sorted(
    path.name
    for path in SAMPLES.glob("*.json")
    if not path.name.endswith(".expected.json")
    and not path.name.startswith(OTHER_PROGRAMS)
    and path.stem not in {"settings", "reply", "push", "not-a-post", "a-post-taken-back"}
)
ANSWERS = {
    "page-of-mentions": ("GET", "/api/v1/notifications"),
    "page-that-is-full": ("GET", "/api/v1/notifications"),
    "page-of-a-hashtag-with-our-own-post": ("GET", "/api/v1/timelines/tag/glimo"),
    "page-of-a-search": ("GET", "/api/v2/search"),
    "reply-200": ("POST", "/api/v1/statuses"),
    "context": ("GET", "/api/v1/statuses/1/context"),
    "again-edited": ("GET", "/api/v1/statuses/1"),
    "again-gone": ("GET", "/api/v1/statuses/1"),
    "reply-422-too-long": ("POST", "/api/v1/statuses"),
    "upload-200": ("POST", "/api/v2/media"),
    "upload-202-still-processing": ("POST", "/api/v2/media"),
    "taken-back-200": ("DELETE", "/api/v1/statuses/1"),
    "look-up-there": ("GET", "/api/v1/statuses/1/context"),
}


@pytest.mark.parametrize("lane", _lanes(settings(connector)))
def test_every_question_is_one_that_the_api_knows(lane: str) -> None:
    for after in ({}, {lane: "7"}):
        assert not SCHEMA.request(connector.ask({"lane": lane, "after": after}, settings(connector)))


def test_asking_for_a_thread_and_for_one_post_is_known() -> None:
    assert not SCHEMA.request(connector.ask_context("7", settings(connector)))
    assert not SCHEMA.request(connector.ask_again("7", settings(connector)))


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PRIVATE])
def test_an_answer_of_ours_is_a_post_that_the_api_takes(audience: Audience) -> None:
    said = reply(connector, audience=audience, language="pt-br")
    assert not SCHEMA.request(connector.say(said, settings(connector)))


def test_a_picture_goes_out_and_a_post_is_taken_back_as_the_api_knows_it() -> None:
    picture = Enclosure("pump.png", "image/png", b"\x89PNG", "A pump with a cracked lid", "77")
    said = reply(connector, enclosures=(picture,))
    assert not SCHEMA.request(connector.upload(picture, said, settings(connector)))
    # A post with words and pictures is two of the three things that the description allows, which it says is none.
    assert all("more than one" in each for each in SCHEMA.request(connector.say(said, settings(connector))))
    assert not SCHEMA.request(connector.take_back("7", settings(connector)))
    assert not SCHEMA.request(connector.look_up(said, settings(connector)))


def test_what_is_not_described_does_not_fit() -> None:
    said = connector.say(reply(connector), settings(connector))
    assert SCHEMA.request(type(said)("POST", said.url, said.headers, body=b'{"status": 7}'))
    assert SCHEMA.request(type(said)("GET", "https://social.example/api/v1/nowhere"))


@pytest.mark.parametrize("name", POSTS)
def test_a_recorded_post_is_one_as_the_api_describes_it(name: str) -> None:
    told: Any = json.loads((SAMPLES / name).read_text("utf-8"))
    assert not SCHEMA.schema("Status", told.get("edited", told))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_recorded_answer_is_one_as_the_api_describes_it(name: str) -> None:
    answer = json.loads((SAMPLES / "answers" / f"{name}.json").read_text("utf-8"))["answer"]
    assert not SCHEMA.answer(*ANSWERS[name], answer["status"], json.loads(answer["body"]))
