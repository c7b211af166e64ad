"""What every channel to which a network pushes must live through, over HTTP, to the messages that come of it.

The channels are found through the registry. Each takes part by its `samples/push.json`: a genuine delivery (`body`, `headers`,
`at`, and `signs_time` false where the network signs no time), and `second`, another one with what differs. A channel that
`Verifies` and has no such file fails here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from answerable.channels import connecting
from answerable.channels.conformance import samples
from answerable.channels.conformance.asking import connector, listeners
from answerable.channels.contract import Raw, Said, Unsupported
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import secrets
from answerable.core.access import House
from answerable.core.moments import told_at
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.testing.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", listeners())]
MANY = 10
Delivery = Mapping[str, Any]


@pytest.fixture
def source(cast: Cast, kind: str, settings: Any) -> Source:
    """As its samples were signed: with their secrets, at their address."""
    values = samples.settings(connector(kind))
    settings.ANSWERABLE_PUBLIC_URL = values["house_url"]
    by = House(cast.workspace.pk, "tests")
    made = connecting.connect(kind, label="Pushed", team=cast.front_line, values=values, by=by)
    Source.objects.filter(pk=made.pk).update(slug=values["slug"], address=values["address"])
    made.refresh_from_db()
    return made


def first(kind: str) -> Delivery:
    told = samples.push(connector(kind))
    assert told, f"{kind} has no samples/push.json"
    return told


def second(kind: str) -> Delivery:
    told = first(kind)
    assert "second" in told, f"{kind} has no second delivery in samples/push.json"
    return {**told, **told["second"]}


def pushed(source: Source, delivery: Delivery, *, later: timedelta = timedelta(0), **changes: Any) -> int:
    told = {**delivery, **changes}
    headers = {name: value for name, value in told["headers"].items() if name.lower() != "content-type"}
    sort = next(
        (value for name, value in told["headers"].items() if name.lower() == "content-type"), "application/json"
    )
    with told_at(datetime.fromisoformat(told["at"]) + later):
        answer = Client().post(f"/hooks/{source.slug}", told["body"].encode(), content_type=sort, headers=headers)
    return answer.status_code


def said(source: Source, delivery: Delivery) -> list[str]:
    """What the connector reads in a delivery; one that only rings says nothing."""
    try:
        items = connector(source.kind).read(Raw(delivery["body"].encode()), source.values())
    except Unsupported:
        return []
    return [each.text for each in items if isinstance(each, Said)]


def opened(source: Source) -> list[tuple[str, int]]:
    """What came of it: the words of each message and its conversation."""
    while pipeline.open_waiting(source):
        pass
    assert not Envelope.objects.filter(source=source, state=Envelope.State.QUARANTINED).exists()
    return sorted(Message.objects.values_list("text", "conversation_id"))


def test_a_delivery_that_comes_ten_times_is_one(source: Source, kind: str) -> None:
    assert pushed(source, first(kind)) == 200
    once = opened(source)
    assert [pushed(source, first(kind)) for _ in range(MANY)] == [200] * MANY
    assert opened(source) == once
    assert Envelope.objects.filter(source=source).count() == 1
    assert len(once) == len(said(source, first(kind)))


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=("in-order", "reordered"))
def test_in_whatever_order_deliveries_come_all_is_there_once(source: Source, kind: str, order: tuple[int, int]) -> None:
    deliveries = (first(kind), second(kind))
    for number in (*order, *order):
        assert pushed(source, deliveries[number]) == 200
    assert Envelope.objects.filter(source=source).count() == 2
    came = opened(source)
    assert [text for text, _ in came] == sorted(text for each in deliveries for text in said(source, each))
    assert opened(source) == came


def test_an_old_signature_brings_nothing_new(source: Source, kind: str) -> None:
    """Where the network signs its time an old delivery is refused; where it does not, it is one that we have."""
    assert pushed(source, first(kind)) == 200
    once = opened(source)
    later = pushed(source, first(kind), later=timedelta(days=1))
    assert later == (401 if first(kind).get("signs_time", True) else 200)
    assert opened(source) == once
    assert Envelope.objects.filter(source=source).count() == 1


def test_a_signature_is_good_for_its_own_delivery_only(source: Source, kind: str) -> None:
    if first(kind)["headers"] == second(kind)["headers"]:
        assert not first(kind).get("signs_body", True), "the same signature for two deliveries"
        return
    assert pushed(source, second(kind), headers=first(kind)["headers"]) == 401
    assert not Envelope.objects.filter(source=source).exists()


@pytest.mark.parametrize("secret", ["", "guessed", " "], ids=("empty", "guessed", "blank"))
def test_without_its_secrets_a_source_believes_nobody(source: Source, kind: str, secret: str) -> None:
    others = dict.fromkeys(samples.secrets(connector(kind)), secret)
    Source.objects.filter(pk=source.pk).update(sealed=secrets.seal(others))
    assert pushed(source, first(kind)) == 401
    assert pushed(source, first(kind), headers={}) == 401
    assert not Envelope.objects.exists()
