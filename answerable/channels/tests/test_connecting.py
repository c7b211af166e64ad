"""Connecting, changing, pausing and switching on a source."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.cast import Cast

VALUES: dict[str, Any] = {
    "address": "Help@Example.org",
    "smtp_host": "127.0.0.1",
    "smtp_port": "2500",
    "smtp_password": "hush",
}


@pytest.fixture
def source(cast: Cast) -> Source:
    return connecting.connect("email", label="Help", team=cast.front_line, values=VALUES, by=cast.root)


def test_secrets_are_sealed_and_the_rest_is_plain(cast: Cast, source: Source) -> None:
    assert source.address == "help@example.org"
    assert "smtp_password" not in source.settings
    assert (source.values()["smtp_port"], source.values()["smtp_password"]) == (2500, "hush")
    event = Event.objects.get(chain=f"source:{source.pk}")
    assert (event.kind, event.user_id) == ("source_connected", cast.root.user_id)


def test_the_house_makes_its_own_keys(cast: Cast, source: Source) -> None:
    keys = {each.values()["token_key"] for each in (source, cast.mailbox, cast.square)}
    assert len(keys) == 3
    assert all(len(key) > 40 for key in keys)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"smtp_host": ""}, "smtp_host"),
        ({"smtp_port": "many"}, "smtp_port"),
        ({"smtp_security": "hope"}, "smtp_security"),
        ({"address": "care@example.org"}, "address"),
        ({"address": "x" * 255}, "address"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(cast: Cast, change: dict[str, str], field: str) -> None:
    before = Source.objects.count()
    with pytest.raises(Invalid) as refusal:
        connecting.connect("email", label="Help", team=cast.front_line, values={**VALUES, **change}, by=cast.root)
    assert refusal.value.field == field
    assert Source.objects.count() == before


def test_an_empty_secret_keeps_the_stored_one(cast: Cast, source: Source) -> None:
    key = source.values()["token_key"]
    changed = {**VALUES, "smtp_password": "", "smtp_port": 26}
    connecting.change(source, label="Helpers", team=cast.device_support, values=changed, by=cast.root, silence_hours=3)
    source = Source.objects.get(pk=source.pk)
    values = source.values()
    assert (values["smtp_password"], values["smtp_port"], values["token_key"]) == ("hush", 26, key)
    assert (source.label, source.team, source.silence_hours) == ("Helpers", cast.device_support, 3)
    event = Event.objects.get(kind="source_changed")
    assert "hush" not in str(event.data)


def test_a_new_secret_replaces_the_old(cast: Cast, source: Source) -> None:
    changed = {**VALUES, "smtp_password": "new"}
    connecting.change(source, label="Help", team=cast.front_line, values=changed, by=cast.root)
    assert Source.objects.get(pk=source.pk).values()["smtp_password"] == "new"


def test_pausing_and_switching_on_are_said_once_each(cast: Cast, source: Source) -> None:
    for verb in (connecting.pause, connecting.pause, connecting.resume, connecting.resume):
        verb(source, by=cast.root)
    kinds = list(Event.objects.filter(chain=f"source:{source.pk}").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["source_connected", "source_paused", "gap_began", "source_resumed", "gap_ended"]
    assert source.state == "on"


def test_only_an_admin_touches_a_source(cast: Cast, source: Source) -> None:
    for verb in (connecting.pause, connecting.resume):
        with pytest.raises(NotAllowed):
            verb(source, by=cast.ben)
    with pytest.raises(NotAllowed):
        connecting.connect("form", label="x", team=cast.front_line, values={}, by=cast.ben)
    with pytest.raises(NotAllowed):
        connecting.change(source, label="x", team=cast.front_line, values=VALUES, by=cast.ben)
    assert Event.objects.filter(chain=f"source:{source.pk}").count() == 1


def test_the_house_itself_may(cast: Cast) -> None:
    connecting.pause(cast.mailbox, by=House(cast.workspace.pk, "channels"))
    assert cast.mailbox.state == "paused"
