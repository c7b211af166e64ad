"""Telegram: how news come is arranged by itself, files are two steps away, and a private answer reaches one person."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

import pytest

from answerable.channels.conformance.samples import reply, secrets, settings
from answerable.channels.contract import Audience, Enclosure, NotGenuine, Refused, Unsupported
from answerable.channels.telegram.arriving import PROOF, secret
from answerable.channels.telegram.connector import connector
from answerable.core.wire.calls import HttpAnswer, HttpCall

PUSHED = {**settings(connector), "arrival": "pushed"}
DONE = HttpAnswer(200, body=b'{"ok": true, "result": true}')
PICTURE = Enclosure("lid.png", "image/png", b"\x89PNG", alt="A cracked lid")


def say(**changes: Any) -> HttpCall:
    return connector.say(reply(connector, **changes), settings(connector))


def form(call: HttpCall) -> dict[str, str]:
    head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + call.body, policy=HTTP).iter_parts()
    named = {str(part.get_param("name", header="content-disposition")): part for part in parts}
    return {name: bytes(part.get_payload(decode=True)).decode("latin-1") for name, part in named.items()}


def test_a_source_that_is_pushed_to_says_so_once_and_asks_no_more() -> None:
    first = connector.ask({}, PUSHED)
    told = json.loads(first.body)
    assert first.url.endswith("/setWebhook")
    assert (told["url"], told["secret_token"]) == ("https://answerable.example.org/hooks/kit", secret(PUSHED))
    cursor = connector.page(DONE, {}, PUSHED).cursor
    assert not [name for name, value in secrets(connector).items() if value in repr(cursor)]
    with pytest.raises(Unsupported):
        connector.ask(cursor, PUSHED)


def test_whoever_moves_or_asks_again_tells_telegram_first() -> None:
    cursor = connector.page(DONE, {"offset": 7}, PUSHED).cursor
    moved = {**PUSHED, "house_url": "https://other.example.org"}
    assert connector.ask(cursor, moved).url.endswith("/setWebhook")
    assert connector.ask(cursor, settings(connector)).url.endswith("/deleteWebhook")
    page = connector.page(DONE, cursor, settings(connector))
    assert page.more
    asked = connector.ask(page.cursor, settings(connector))
    assert asked.url.endswith("/getUpdates")
    assert json.loads(asked.body)["offset"] == 7


def test_the_word_of_one_source_opens_no_other() -> None:
    other = {**PUSHED, "token_key": "another key"}
    with pytest.raises(NotGenuine):
        connector.verify(b"{}", {PROOF: secret(other)}, None, PUSHED)  # type: ignore[arg-type]


def test_a_private_answer_to_a_group_goes_to_the_person_alone() -> None:
    told = json.loads(say(audience=Audience.PRIVATE, in_reply_to="public -1001234567890 8").body)
    assert told == {"chat_id": 501, "text": "Thank you for telling us."}


def test_a_public_answer_to_a_private_chat_is_refused() -> None:
    with pytest.raises(Unsupported):
        say(audience=Audience.PUBLIC, in_reply_to="private 501 7")


def test_a_picture_goes_with_its_words_and_what_is_no_picture_as_a_document() -> None:
    picture, document = say(enclosures=(PICTURE,)), say(enclosures=(Enclosure("a.pdf", "application/pdf", b"%PDF-"),))
    assert picture.url.endswith("/sendPhoto")
    assert form(picture)["caption"] == "Thank you for telling us.\n\nA cracked lid"
    assert form(picture)["photo"] == "\x89PNG"
    assert json.loads(form(picture)["reply_parameters"])["message_id"] == 8
    assert document.url.endswith("/sendDocument")


def test_with_a_file_telegram_takes_fewer_characters() -> None:
    say(text="a" * 1024, enclosures=(Enclosure("a.pdf", "application/pdf", b"%PDF-"),))
    with pytest.raises(Unsupported, match="1024"):
        say(text="a" * 1025, enclosures=(Enclosure("a.pdf", "application/pdf", b"%PDF-"),))


def test_an_emoji_counts_as_two() -> None:
    assert connector.measured(reply(connector, text="👍"), {}).length == 2


def test_a_file_is_first_asked_for_and_then_fetched() -> None:
    where = connector.fetch("large-1", settings(connector))
    assert json.loads(where.body) == {"file_id": "large-1"}
    told = {"ok": True, "result": {"file_id": "large-1", "file_path": "photos/file_1.jpg"}}
    found = connector.fetched(HttpAnswer(200, body=json.dumps(told).encode(), asked=where.url))
    assert isinstance(found, str)
    file = connector.fetch(found, settings(connector))
    assert file.url == "https://api.telegram.org/file/bot{token}/photos/file_1.jpg"
    assert (
        connector.fetched(HttpAnswer(200, body=json.dumps(told).encode(), asked=file.url)) == json.dumps(told).encode()
    )
    with pytest.raises(Refused):
        connector.fetched(HttpAnswer(404, asked=file.url))


@pytest.mark.parametrize("path", ["../../getMe", "/etc/passwd", "a//b", "a?b", "{token}", "https://x.example/", ""])
def test_a_path_that_leads_elsewhere_is_not_followed(path: str) -> None:
    with pytest.raises(Unsupported):
        connector.fetch(f"file {path}", settings(connector))
