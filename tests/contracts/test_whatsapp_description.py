"""What we send to WhatsApp, and what our samples and our emulator say, fits Meta's published description of the Cloud API.

The description as published fits nothing, not even its own examples, in two ways, which are mended here and named:

- a message there is all of a base and of a part of its own, and each part forbids what is not in itself;
- what comes in is made of the base of what goes out, because two sorts of a message have one name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Approved, Enclosure
from answerable.channels.whatsapp.connector import connector
from tests.contracts.described import Description, description
from tests.peers.graph_emulator import Graph

SAMPLES = Path(__file__).resolve().parents[2] / "answerable/channels/whatsapp/samples"
# Without its secret the app proves nothing beside the token: every path of the Graph takes that proof, and none describes it.
VALUES = {**settings(connector), "app_secret": ""}
NUMBER, BUSINESS = VALUES["address"], VALUES["account"]
INCOMING = {
    "text": "TextMessage_2",
    "image": "ImageMessage_1",
    "audio": "AudioMessage_1",
    "document": "DocumentMessage_1",
    "location": "LocationMessage_1",
    "contacts": "ContactSharingMessage",
    "reaction": "ReactionMessage_1",
    "button": "ButtonMessage",
    "interactive": "InteractiveMessageReply",
    "order": "OrderMessage",
    "unsupported": "UnsupportedMessage",
}
NOT_DESCRIBED = {
    "“type” is no field there": "Media, upload: the kind of the file is asked for in the guide",
    "“fields” is no question there": "every path of the Graph takes it",
    "“limit” is no question there": "every list of the Graph takes it",
    "“after” is no question there": "every list of the Graph takes it",
}
# Samples that do not fit, and why: each is in Meta's own reference, or is wrong on purpose.
OTHERWISE = {
    "an-answer-that-was-forwarded": "a forward is in the reference, and the description knows a context of products only",
    "edited-within-minutes": "newer than the description",
    "taken-back": "newer than the description",
    "somebody-who-hides-the-number": "newer than the description",
    "news-of-a-number": "the reference gives it another shape than the description",
    "what-whatsapp-does-not-pass-on": "the description asks for a field of its errors that its own example has not",
    "several-of-which-one-cannot-be-read": "wrong on purpose",
}
PNG = Enclosure("pump.png", "image/png", b"\x89PNG", reference="449001")
PDF = Enclosure("bill.pdf", "application/pdf", b"%PDF-", reference="449002")


def mended(told: Any, *, in_all: bool = False) -> Any:
    if isinstance(told, dict):
        kept = {name: each for name, each in told.items() if not (in_all and name == "additionalProperties")}
        return {name: mended(each, in_all=name == "allOf") for name, each in kept.items()}
    return [mended(each, in_all=in_all) for each in told] if isinstance(told, list) else told


SPEC = Description(mended(description("whatsapp-cloud-v23.yaml").spec))


def misfits(found: list[str]) -> list[str]:
    return [each for each in found if each.partition(": ")[2] not in NOT_DESCRIBED]


def heard(message: Mapping[str, Any]) -> list[str]:
    if message["type"] not in INCOMING:
        return ["is not described"]
    part = SPEC.spec["components"]["schemas"][INCOMING[message["type"]]]["allOf"][1]
    base = {"$ref": "#/components/schemas/BaseMessageProperties_1"}
    return SPEC._misfits({"allOf": [base, part]}, message)


def told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


def messages(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    changes = [change for entry in value.get("entry", ()) for change in entry["changes"]]
    return [each for change in changes for each in change["value"].get("messages", ())]


@pytest.mark.parametrize(
    "said",
    [
        reply(connector),
        reply(connector, approved=Approved("we_answered", "pt_BR", ("Pia", "Glimo"))),
        reply(connector, approved=Approved("we_answered", "en")),
        reply(connector, enclosures=(PNG,)),
        reply(connector, enclosures=(PDF,)),
    ],
    ids=["text", "approved", "approved-without-places", "picture", "document"],
)
def test_an_answer_of_ours_is_a_message_that_the_api_takes(said: Any) -> None:
    assert not SPEC.request(connector.say(said, VALUES))


def test_uploads_and_questions_are_known() -> None:
    assert not misfits(SPEC.request(connector.upload(PNG, reply(connector, enclosures=(PNG,)), VALUES)))
    assert not misfits(SPEC.request(connector.ask_approved("MjQZD", VALUES)))


def test_what_is_not_described_does_not_fit() -> None:
    said = connector.say(reply(connector), VALUES)
    for change in ({"type": "song"}, {"to": 7}, {"text": {"words": "Hello"}}, {"recipient_type": "everybody"}):
        body = json.dumps({**json.loads(said.body), **change}).encode()
        assert SPEC.asked("POST", said.url, said.headers, body)


@pytest.mark.parametrize(
    "sample",
    sorted(
        path.stem
        for path in SAMPLES.glob("*.json")
        if not path.name.endswith(".expected.json") and '"messages"' in path.read_text() and path.stem != "push"
    ),
)
def test_a_sample_of_ours_is_a_message_as_it_is_pushed(sample: str) -> None:
    wrong = [each for message in messages(told(sample)) for each in heard(message)]
    assert bool(wrong) == (sample in OTHERWISE), wrong


@pytest.mark.parametrize("sample", ["sent", "delivered", "read", "failed-the-window-is-closed"])
def test_a_sample_of_a_status_is_one_as_it_is_pushed(sample: str) -> None:
    assert not SPEC.schema("WebhookPayload", told(sample))


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("receipt-of-a-message", "POST", f"/v23.0/{NUMBER}/messages"),
        ("uploaded", "POST", f"/v23.0/{NUMBER}/media"),
        ("approved-texts", "GET", f"/v23.0/{BUSINESS}/message_templates"),
    ],
)
def test_a_recorded_answer_is_one_that_the_api_gives(name: str, method: str, path: str) -> None:
    recorded = json.loads((SAMPLES / "answers" / f"{name}.json").read_text())["answer"]
    assert not SPEC.answer(method, path, 200, json.loads(recorded["body"]))


def test_our_emulator_pushes_what_is_described() -> None:
    graph = Graph(hooks={"whatsapp_business_account": "/hooks/none"})
    wamid = graph.whatsapp("48600100201", "text", {"body": "My Glimo beeps."})
    graph.sent.append({"id": wamid, "to": "48600100201", "biz_opaque_callback_data": "answerable:k1"})
    graph.status(wamid, "delivered")

    message, status = (json.loads(body) for _, body in graph.waiting)

    assert not heard(messages(message)[0])
    assert not SPEC.schema("WebhookPayload", status)
