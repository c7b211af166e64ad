"""A delivery proves that it comes from the network, or it is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from answerable.channels.conformance.asking import connector, listeners, verifier
from answerable.channels.conformance.samples import push, secrets, settings
from answerable.channels.contract import NotGenuine

pytestmark = pytest.mark.parametrize("kind", listeners())


def test_a_recorded_delivery_is_genuine(kind: str) -> None:
    _verify(kind)


def test_an_empty_secret_refuses_everything(kind: str) -> None:
    emptied = dict.fromkeys(secrets(connector(kind)), "")
    with pytest.raises(NotGenuine):
        _verify(kind, settings=settings(connector(kind)) | emptied)


def test_a_missing_secret_refuses_everything(kind: str) -> None:
    without = {name: value for name, value in settings(connector(kind)).items() if name not in secrets(connector(kind))}
    with pytest.raises(NotGenuine):
        _verify(kind, settings=without)


def test_one_changed_byte_is_refused(kind: str) -> None:
    with pytest.raises(NotGenuine):
        _verify(kind, body=push(connector(kind))["body"].encode() + b" ")


@pytest.mark.parametrize("value", ["", "0", "ż", "\ud800", "a" * 10_000])
def test_other_headers_are_refused_and_never_crash(kind: str, value: str) -> None:
    with pytest.raises(NotGenuine):
        _verify(kind, headers=dict.fromkeys(push(connector(kind))["headers"], value))


def test_without_headers_it_is_refused(kind: str) -> None:
    with pytest.raises(NotGenuine):
        _verify(kind, headers={})


def test_an_old_delivery_is_refused_when_the_network_signs_its_time(kind: str) -> None:
    if push(connector(kind)).get("signs_time", True):
        with pytest.raises(NotGenuine):
            _verify(kind, later=timedelta(days=1))


def _verify(kind: str, *, later: timedelta = timedelta(0), **changes: Any) -> None:
    told = push(connector(kind))
    given = {
        "body": told["body"].encode(),
        "headers": told["headers"],
        "at": datetime.fromisoformat(told["at"]) + later,
        "settings": settings(connector(kind)),
    } | changes
    verifier(kind).verify(given["body"], given["headers"], given["at"], given["settings"])
