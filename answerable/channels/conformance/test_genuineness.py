"""A delivery proves that it comes from the network, or it is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from answerable.channels.conformance.asking import connector, kinds_of, listeners, verifier
from answerable.channels.conformance.samples import challenge, push, secrets, settings
from answerable.channels.contract import NotGenuine, Raw
from answerable.channels.contract_pushing import Challenged, PushAnswer, Winnows

pushed = pytest.mark.parametrize("kind", listeners())
challenged = pytest.mark.parametrize("kind", kinds_of(Challenged))


@pushed
def test_a_recorded_delivery_is_genuine(kind: str) -> None:
    _verify(kind)


@pushed
def test_an_empty_secret_refuses_everything(kind: str) -> None:
    emptied = dict.fromkeys(secrets(connector(kind)), "")
    with pytest.raises(NotGenuine):
        _verify(kind, settings=settings(connector(kind)) | emptied)


@pushed
def test_a_missing_secret_refuses_everything(kind: str) -> None:
    without = {name: value for name, value in settings(connector(kind)).items() if name not in secrets(connector(kind))}
    with pytest.raises(NotGenuine):
        _verify(kind, settings=without)


@pushed
def test_one_changed_byte_is_refused_when_the_network_signs_the_body(kind: str) -> None:
    if push(connector(kind)).get("signs_body", True):
        with pytest.raises(NotGenuine):
            _verify(kind, body=push(connector(kind))["body"].encode() + b" ")


@pushed
@pytest.mark.parametrize("value", ["", "0", "ż", "\ud800", "a" * 10_000])
def test_other_headers_are_refused_and_never_crash(kind: str, value: str) -> None:
    with pytest.raises(NotGenuine):
        _verify(kind, headers=dict.fromkeys(push(connector(kind))["headers"], value))


@pushed
def test_without_headers_it_is_refused(kind: str) -> None:
    with pytest.raises(NotGenuine):
        _verify(kind, headers={})


@pushed
def test_an_old_delivery_is_refused_when_the_network_signs_its_time(kind: str) -> None:
    if push(connector(kind)).get("signs_time", True):
        with pytest.raises(NotGenuine):
            _verify(kind, later=timedelta(days=1))


@challenged
def test_a_recorded_challenge_is_answered_as_the_network_expects(kind: str) -> None:
    proof = _challenge(kind, challenge(connector(kind))["query"])
    told = challenge(connector(kind))
    assert (proof.content_type, proof.text) == (told["content_type"], told["text"])


@challenged
def test_without_its_secrets_a_challenge_is_refused(kind: str) -> None:
    query = challenge(connector(kind))["query"]
    for nothing in (dict.fromkeys(secrets(connector(kind)), ""), dict.fromkeys(secrets(connector(kind)))):
        with pytest.raises(NotGenuine):
            _challenge(kind, query, settings=settings(connector(kind)) | nothing)


@challenged
def test_what_is_no_challenge_is_refused(kind: str) -> None:
    query = challenge(connector(kind))["query"]
    for other in ({}, {"q": "a"}, dict.fromkeys(query, "")):
        with pytest.raises(NotGenuine):
            _challenge(kind, other)


@challenged
def test_no_challenge_can_be_made_to_sign_a_push(kind: str) -> None:
    told = push(connector(kind))
    for body in (told["body"], " " + told["body"]):
        try:
            proof = _challenge(kind, dict.fromkeys(challenge(connector(kind))["query"], body))
        except NotGenuine:
            continue
        for signature in _texts(proof.text):
            for name in told["headers"]:
                with pytest.raises(NotGenuine):
                    _verify(kind, body=body.encode(), headers=told["headers"] | {name: signature})


@pytest.mark.parametrize("kind", kinds_of(Winnows))
def test_a_winnowed_push_says_the_same_and_nothing_more_is_taken_out_of_it(kind: str) -> None:
    asked, body = connector(kind), push(connector(kind))["body"].encode()
    winnows = cast("Winnows", asked)
    kept = winnows.winnowed(body)
    assert asked.read(Raw(kept), settings(asked)) == asked.read(Raw(body), settings(asked))
    assert winnows.winnowed(kept) == kept
    for strange in (b"", b"7", b"[]", b"\xff", b'{"a": ' * 4_000):
        assert isinstance(winnows.winnowed(strange), bytes)


def _challenge(kind: str, query: dict[str, str], **changes: Any) -> PushAnswer:
    asked = cast("Challenged", connector(kind))
    return asked.challenge(query, changes.get("settings", settings(connector(kind))))


def _texts(answered: str) -> list[str]:
    """The whole of an answer, and what stands in it where it is an object."""
    try:
        told = json.loads(answered)
    except ValueError:
        return [answered]
    return [answered, *map(str, told.values())] if isinstance(told, dict) else [answered]


def _verify(kind: str, *, later: timedelta = timedelta(0), **changes: Any) -> None:
    told = push(connector(kind))
    given = {
        "body": told["body"].encode(),
        "headers": told["headers"],
        "at": datetime.fromisoformat(told["at"]) + later,
        "settings": settings(connector(kind)),
    } | changes
    verifier(kind).verify(given["body"], given["headers"], given["at"], given["settings"])
