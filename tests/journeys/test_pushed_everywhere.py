"""Every channel that is told of news, at its own address: twice is once, late is refused where the network signs the time,
without a secret nothing comes in, and in whatever order it comes the same is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from answerable.channels.conformance.asking import connector, listeners
from answerable.channels.conformance.samples import push, samples, secrets, settings
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import moments
from answerable.core.secrets import seal
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.testing.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", listeners())]


@pytest.fixture
def source(kind: str, cast: Cast, settings: Settings) -> Source:
    """As the kit imagines it, for networks that sign the address as well."""
    return made(kind, cast, settings)


def made(kind: str, cast: Cast, house: Settings, **hidden: str) -> Source:
    spec, values = connector(kind).spec, settings(connector(kind))
    house.ANSWERABLE_PUBLIC_URL = values["house_url"]
    Source.objects.filter(kind=kind).update(address="")
    sealed = {each.name: values.get(each.name) for each in spec.settings if each.secret}
    return Source.objects.create(
        workspace=cast.workspace,
        team=cast.front_line,
        kind=kind,
        label=kind,
        address=str(values.get("address") or ""),
        slug=values["slug"],
        settings={each.name: values.get(each.name) for each in spec.settings if not each.secret},
        sealed=seal({**sealed, **hidden}),
        created_at=moments.now(),
    )


def deliver(
    kind: str, monkeypatch: pytest.MonkeyPatch, *, later: timedelta = timedelta(0), **changes: Any
) -> HttpResponse:
    told = {**push(connector(kind)), **changes}
    at = datetime.fromisoformat(told["at"]) + later
    monkeypatch.setattr("answerable.intake.webhook.now", lambda: at)
    kind_of_body = told["headers"].get("content-type", "application/json")
    answer = Client().generic("POST", "/hooks/kit", told["body"].encode(), kind_of_body, headers=told["headers"])
    assert isinstance(answer, HttpResponse)
    return answer


def opened(source: Source) -> tuple[int, int]:
    while pipeline.open_waiting(source):
        pass
    return Envelope.objects.filter(source=source).count(), Message.objects.filter(conversation__source=source).count()


def test_a_delivery_that_comes_twice_is_one(kind: str, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    assert deliver(kind, monkeypatch).status_code < 300
    once = opened(source)
    assert deliver(kind, monkeypatch).status_code < 300
    assert opened(source) == once
    assert once[0] > 0


def test_an_old_signature_is_refused_where_the_network_signs_the_time(
    kind: str, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    if push(connector(kind)).get("signs_time", True):
        assert deliver(kind, monkeypatch, later=timedelta(days=1)).status_code >= 400
        assert opened(source) == (0, 0)


def test_with_empty_secrets_nothing_comes_in(
    kind: str, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made(kind, cast, settings, **dict.fromkeys(secrets(connector(kind)), ""))
    assert deliver(kind, monkeypatch).status_code >= 400
    assert opened(source) == (0, 0)


def test_in_whatever_order_it_comes_the_same_is_said(kind: str, source: Source) -> None:
    said = utterances(kind)
    assert heard(source, said) == heard(source, said[::-1])


def utterances(kind: str) -> list[Raw]:
    """Of the samples those in which people only say something, each utterance once."""
    found: dict[frozenset[str], Raw] = {}
    for sample in samples():
        if sample.kind == kind and {item["type"] for item in sample.expected.get("items", ())} == {"Said"}:
            items = connector(kind).read(sample.raw, settings(connector(kind)))
            ids = frozenset(item.external_id for item in items)
            if not any(getattr(item, "by_us", True) for item in items) and not any(ids & known for known in found):
                found[ids] = sample.raw
    return list(found.values())


def heard(source: Source, raws: Sequence[Raw]) -> list[str]:
    """What stands in the messages after these deliveries, one by one; then all of it is undone."""
    with transaction.atomic():
        for raw in raws:
            receive(source, [raw], at=moments.now())
            opened(source)
        texts = Message.objects.filter(conversation__source=source).values_list("text", flat=True)
        found = sorted(texts)
        transaction.set_rollback(True)
    assert found
    return found
