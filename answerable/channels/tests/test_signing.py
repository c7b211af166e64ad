"""Calls that prove their time: the house says the time, the connector signs, and nothing of the key is shown."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from answerable.channels import calling, connecting
from answerable.channels.appstore import signing
from answerable.channels.appstore.connector import connector
from answerable.channels.conformance.samples import settings
from answerable.channels.contract import Reauthorise
from answerable.core import moments, wire
from answerable.core.access import House
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.testing.cast import Cast

AT = datetime(2026, 7, 2, 16, 12, tzinfo=UTC)


def plain(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_token_is_signed_by_the_key_and_holds_ten_minutes() -> None:
    values = settings(connector)
    head, claims, proof = signing.token(AT, values).split(".")
    assert json.loads(plain(head)) == {"alg": "ES256", "kid": values["key_id"], "typ": "JWT"}
    told = json.loads(plain(claims))
    assert (told["aud"], told["iat"], told["exp"] - told["iat"]) == ("appstoreconnect-v1", int(AT.timestamp()), 600)
    r, s = (int.from_bytes(plain(proof)[start : start + 32], "big") for start in (0, 32))
    public = signing._key(values).public_key()
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ECDSA(SHA256()))


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_what_is_no_key_asks_for_another(key: str) -> None:
    with pytest.raises(Reauthorise):
        signing.token(AT, {**settings(connector), "private_key": key})


def test_each_call_is_signed_when_it_leaves_and_shows_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[HttpCall] = []

    def run(call: HttpCall, **_: Any) -> HttpAnswer:
        made.append(call)
        return HttpAnswer(200, body=b'{"data": []}')

    monkeypatch.setattr(wire, "run", run)
    values, by = settings(connector), House(cast.workspace.pk, "tests")
    source = connecting.connect("appstore", label="App Store", team=cast.front_line, values=values, by=by)
    asked = connector.ask({}, source.values())
    assert not asked.secret_headers
    calling.call(source, lambda known: connector.ask({}, known))
    token = made[0].secret_headers["Authorization"].removeprefix("Bearer ")
    claims = json.loads(plain(token.split(".")[1]))
    assert abs(claims["iat"] - moments.now().timestamp()) < 60
    assert token not in repr(made[0])
    assert replace(made[0], secret_headers={}) == asked
