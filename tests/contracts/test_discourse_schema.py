"""What we ask of a forum that runs Discourse, and what our recorded answers say, fits its published API description.

The description asks for some fields that old forums lack, and knows nothing of the two addresses named in the README.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Audience
from answerable.channels.discourse.connector import connector
from tests.contracts.described import description

SCHEMA = description("discourse.json")
ANSWERS = Path(__file__).resolve().parents[2] / "answerable/channels/discourse/samples/answers"
POSTS = "/posts.json"


def recorded(name: str) -> object:
    return json.loads(json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))["answer"]["body"])


@pytest.mark.parametrize("cursor", [{}, {"after": {"posts": 7}, "upto": 200}])
def test_every_question_about_public_posts_is_one_that_the_api_knows(cursor: dict[str, object]) -> None:
    assert not SCHEMA.request(connector.ask(cursor, settings(connector)))


def test_asking_for_one_post_and_taking_one_back_are_known() -> None:
    assert not SCHEMA.request(connector.ask_again("12/3/77", settings(connector)))
    assert not SCHEMA.request(connector.take_back("12/3/77", settings(connector)))


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PRIVATE])
def test_an_answer_of_ours_is_a_post_that_the_api_takes(audience: Audience) -> None:
    assert not SCHEMA.request(connector.say(reply(connector, audience=audience), settings(connector)))


@pytest.mark.parametrize("name", ["page-of-posts", "page-of-nothing-new", "page-that-does-not-reach-down"])
def test_recorded_pages_are_answers_of_the_api(name: str) -> None:
    assert not SCHEMA.answer("GET", POSTS, 200, recorded(name))


def test_a_recorded_receipt_and_a_recorded_post_are_answers_of_the_api() -> None:
    assert not SCHEMA.answer("POST", POSTS, 200, recorded("reply-200"))
    assert not SCHEMA.answer("GET", "/posts/77.json", 200, recorded("again-as-it-was"))


def test_what_is_not_described_does_not_fit() -> None:
    said = connector.say(reply(connector), settings(connector))
    assert SCHEMA.request(type(said)("POST", said.url, said.headers, body=b'{"raw": 7}'))
    assert SCHEMA.request(type(said)("GET", "https://forum.example/nowhere"))
