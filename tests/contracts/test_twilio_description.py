"""What we ask of Twilio, and what our recorded answers and our stand-in say, fits Twilio's published description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.sms.connector import connector
from answerable.channels.voice.connector import connector as voice
from answerable.core.wire.calls import HttpCall
from tests.contracts.described import description
from tests.peers import twilio, twilio_voice

SPEC = description("twilio-2010-04-01.json")
SAMPLES = Path(__file__).resolve().parents[2] / "answerable/channels/sms/samples"
VALUES = settings(connector)
ACCOUNT = f"/2010-04-01/Accounts/{VALUES['account_sid']}"
SID = "SM" + "0a1b2c3d" * 4
ROWS = sorted(path.name for path in SAMPLES.glob("a-row-*.json") if not path.name.endswith(".expected.json"))
ANSWERS = {
    "reply-201": ("POST", f"{ACCOUNT}/Messages.json"),
    "page-of-what-came": ("GET", f"{ACCOUNT}/Messages.json"),
    "page-with-more-behind-it": ("GET", f"{ACCOUNT}/Messages.json"),
    "page-of-what-became-of-answers": ("GET", f"{ACCOUNT}/Messages.json"),
    "page-of-one-message": ("GET", f"{ACCOUNT}/Messages/{SID}.json"),
    "look-up-there": ("GET", f"{ACCOUNT}/Messages.json"),
}
SINCE = {"in": "2026-07-02T18:00:00+00:00", "out": "2026-07-02T18:00:00+00:00"}
PROVES = ("sms", "voice")


@pytest.mark.parametrize("lane", ["in", "out"])
@pytest.mark.parametrize("since", [{}, SINCE])
def test_every_question_is_one_that_the_api_knows(lane: str, since: dict[str, str]) -> None:
    assert not SPEC.request(connector.ask({"lane": lane, "since": since}, VALUES))


def test_asking_for_one_message_a_day_an_answer_and_files_is_known() -> None:
    assert not SPEC.request(connector.ask({"only": SID}, VALUES))
    assert not SPEC.request(connector.roll_call("2026-07-02", VALUES))
    assert not SPEC.request(connector.look_up(reply(connector), VALUES))
    assert not SPEC.request(connector.fetch(f"media:{SID}:0", VALUES))


def test_an_answer_of_ours_is_a_message_that_the_api_takes() -> None:
    assert not SPEC.request(connector.say(reply(connector), VALUES))
    service = VALUES | {"messaging_service_sid": "MG" + "0a1b2c3d" * 4}
    assert not SPEC.request(connector.say(reply(connector), service))


def test_what_is_not_described_does_not_fit() -> None:
    said = connector.say(reply(connector), VALUES)
    assert SPEC.request(HttpCall("POST", said.url, said.headers, body=b"Body=Hello"))
    assert SPEC.request(HttpCall("POST", said.url, said.headers, body=b"To=%2B48600100200&Words=Hello"))
    assert SPEC.request(HttpCall("GET", f"{said.url}?Colour=blue"))


@pytest.mark.parametrize("name", ROWS)
def test_a_recorded_row_is_one_as_twilio_describes_it(name: str) -> None:
    assert not SPEC.schema("api.v2010.account.message", json.loads((SAMPLES / name).read_text("utf-8")))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_recorded_answer_is_one_as_twilio_describes_it(name: str) -> None:
    answer = json.loads((SAMPLES / "answers" / f"{name}.json").read_text("utf-8"))["answer"]
    assert not SPEC.answer(*ANSWERS[name], answer["status"], json.loads(answer["body"]))


def test_what_the_stand_in_answers_is_as_twilio_describes_it() -> None:
    peer = twilio.Twilio()
    sid = peer.text("+48600100200", "Look.", files={"ME" + "0a1b2c3d" * 4: ("image/png", b"")})
    peer.callbacks[sid] = ""
    listed: Any = twilio.listed(peer, "messages", {"PageSize": "1"}, f"{ACCOUNT}/Messages.json")
    assert not SPEC.answer("GET", f"{ACCOUNT}/Messages.json", 200, listed)
    assert not SPEC.schema("api.v2010.account.message", listed["messages"][0])
    assert not SPEC.answer("GET", f"{ACCOUNT}/Messages/{sid}/Media.json", 200, twilio._media(peer, sid))


CALL = "CA" + "0a1b2c3d" * 4
CALLS = Path(__file__).resolve().parents[2] / "answerable/channels/voice/samples"


@pytest.mark.parametrize("lane", ["in", "out"])
@pytest.mark.parametrize("since", [{}, SINCE])
def test_every_question_for_calls_is_one_that_the_api_knows(lane: str, since: dict[str, str]) -> None:
    values = settings(voice)
    assert not SPEC.request(voice.ask({"lane": lane, "since": since}, values))
    assert not SPEC.request(voice.ask({"only": CALL}, values))
    assert not SPEC.request(voice.roll_call("2026-07-02", values))


@pytest.mark.parametrize("name", ["a-row-of-a-call", "a-row-of-a-call-nobody-answered", "a-row-of-a-call-of-ours"])
def test_a_recorded_call_is_one_as_twilio_describes_it(name: str) -> None:
    assert not SPEC.schema("api.v2010.account.call", json.loads((CALLS / f"{name}.json").read_text("utf-8")))


def test_what_the_exchange_answers_is_as_twilio_describes_it() -> None:
    peer = twilio.Twilio()
    twilio_voice.ring(peer, "+48600100200").hang_up(after=20)
    listed: Any = twilio.listed(peer, "calls", {"PageSize": "1"}, f"{ACCOUNT}/Calls.json")
    assert not SPEC.answer("GET", f"{ACCOUNT}/Calls.json", 200, listed)
