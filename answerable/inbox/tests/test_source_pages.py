"""The pages on which a source is connected: channels by family, the form of each, and the addresses that others need."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from answerable.channels import connecting
from answerable.channels.contract import Family
from answerable.channels.models import Source
from answerable.channels.registry import connectors
from answerable.core.access import House
from answerable.core.models import User
from answerable.inbox.source_fields import FAMILIES, _chosen, offered
from answerable.testing.cast import Cast

CODE = re.compile(r"[a-z]{3,}")


def page(cast: Cast, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def connected(cast: Cast, kind: str, **values: str) -> Source:
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(kind, label="New", team=cast.front_line, values=values, by=by)


def test_every_channel_is_offered_once_beside_its_like() -> None:
    assert set(FAMILIES) == set(Family)
    assert sorted(spec.kind for _key, _name, specs in offered() for spec in specs) == sorted(connectors())


@pytest.mark.parametrize("kind", sorted(connectors()))
def test_the_form_of_every_channel_opens_and_hides_only_what_is_rarely_changed(cast: Cast, kind: str) -> None:
    seen = page(cast, f"/settings/sources/new/{kind}")
    rare = seen.partition('id="rare"')[2]
    for setting in connectors()[kind].spec.settings:
        if f'name="s-{setting.name}"' in seen:
            assert (f'name="s-{setting.name}"' in rare) == setting.rarely, setting.name


def test_a_choice_is_offered_in_words() -> None:
    """Time zones have no other names than those of their list."""
    for each in connectors().values():
        for setting in (setting for setting in each.spec.settings if setting.name != "time_zone"):
            raw = {choice for choice in setting.choices if CODE.fullmatch(_chosen(setting, choice))}
            assert raw == set(), (each.spec.kind, setting.name)


def test_the_page_of_a_source_says_where_the_network_pushes(cast: Cast) -> None:
    source = connected(cast, "call", country="PL")
    assert f"/hooks/{source.slug}" in page(cast, f"/settings/sources/{source.pk}")
    assert "/hooks/" not in page(cast, f"/settings/sources/{cast.mailbox.pk}")


def test_the_page_of_a_chat_gives_the_line_for_the_own_site(cast: Cast) -> None:
    source = connected(cast, "webchat")
    seen = page(cast, f"/settings/sources/{source.pk}")
    assert f'data-chat="{source.slug}" defer></script>' in unescape(seen)
    assert f"/chat/{source.slug}" in seen
