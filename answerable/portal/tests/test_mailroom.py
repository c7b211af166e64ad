"""The demo's mailroom."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings

from answerable.channels.sandbox import mailroom
from answerable.testing.cast import Cast


def test_outside_the_demo_there_is_no_mailroom(cast: Cast, client: Client) -> None:
    assert client.get(f"/mailroom/{cast.mailbox.slug}").status_code == 404


def test_in_the_demo_a_newcomer_reads_and_is_told_what_is_missing(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.ANSWERABLE_DEMO = True
    address = f"/mailroom/{cast.mailbox.slug}"
    assert client.get(address).status_code == 200
    refused = client.post(address, {"me": "not an address", "text": "Hello"})
    assert refused.status_code == 422
    assert b"Nothing was sent" in refused.content


def test_no_address_leaves_the_folder_of_the_mailroom() -> None:
    assert mailroom._name("../../etc/passwd@example.org") == "_.._etc_passwd@example.org"
    assert mailroom._name("..") == "nobody"
