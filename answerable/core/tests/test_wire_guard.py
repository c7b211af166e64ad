"""Which addresses may be called."""

from __future__ import annotations

import socket

import pytest
from pytest_django import Settings

from answerable.core.wire import guard
from answerable.core.wire.failures import Guarded, NoAnswer

OPEN = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
CLOSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", OPEN)
def test_a_public_address_may_be_called(address: str) -> None:
    assert guard.is_open(address)


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_of_a_private_or_reserved_network_may_not(address: str) -> None:
    assert not guard.is_open(address)


def test_a_network_that_the_settings_name_may_be_called(settings: Settings) -> None:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["10.1.0.0/16", "fd00::/8"]

    assert guard.is_open("10.1.2.3")
    assert guard.is_open("::ffff:10.1.2.3")
    assert guard.is_open("fd00::1")
    assert not guard.is_open("10.2.2.3")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0"])
def test_no_spelling_of_this_machine_passes(host: str) -> None:
    with pytest.raises(Guarded) as refusal:
        guard.connect(host, 80, timeout=1)

    assert refusal.value.sent is False
    assert "ANSWERABLE_PRIVATE_NETWORKS" in refusal.value.sentence


def test_a_name_that_nobody_knows_is_a_failure_in_which_nothing_went_out() -> None:
    with pytest.raises(NoAnswer) as failure:
        guard.connect("nobody.invalid", 80, timeout=1)

    assert failure.value.sent is False


def test_a_closed_port_is_a_failure_in_which_nothing_went_out() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(NoAnswer, match="did not accept a connection") as failure:
        guard.connect("127.0.0.1", port, timeout=1, allow_private=True)

    assert failure.value.sent is False
