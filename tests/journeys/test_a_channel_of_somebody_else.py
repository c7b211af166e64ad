"""A channel of somebody else, added at run time by its entry point: a whole journey, and no file of ours is touched."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels import connecting, papers, registry
from answerable.channels.common.signatures import signature
from answerable.channels.models import Source
from answerable.channels.workshop import lending, scaffolding
from answerable.conversations.models import Message
from answerable.core import wire
from answerable.core.access import House
from answerable.core.wire.calls import HttpAnswer
from answerable.intake import pipeline, polling
from answerable.replies import answering, sending
from answerable.replies.models import Reply
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
KIND, PACKAGE = "carrier_pigeon", "answerable_carrier_pigeon"


@pytest.fixture(autouse=True)
def lent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = scaffolding.package(KIND, into=tmp_path)
    for place in lending.lend(made.folder, tmp_path / "metadata"):
        monkeypatch.syspath_prepend(str(place))
    registry.connectors.cache_clear()
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]
    papers.credentials.cache_clear()
    registry.connectors.cache_clear()


@pytest.fixture
def source(cast: Cast) -> Source:
    values = {"server": "https://pigeon.example", **scaffolding.SECRETS}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(KIND, label="Pigeons", team=cast.front_line, values=values, by=by)


def test_it_is_heard_by_push_and_by_asking_and_answered(
    cast: Cast, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed, asked = scaffolding.MESSAGE, {**scaffolding.MESSAGE, "id": "72", "from": "rob", "name": "Rob"}
    calls: list[Any] = []
    answers = [{"messages": [pushed, asked], "more": False}, {"id": "73"}]

    def run(call: Any, **_: object) -> HttpAnswer:
        calls.append(call)
        return HttpAnswer(200, body=json.dumps(answers.pop(0)).encode())

    monkeypatch.setattr(wire, "run", run)
    body = json.dumps(pushed).encode()
    signed = {"x-signature": signature(scaffolding.SECRETS["push_secret"], body)}
    delivered = Client().generic("POST", f"/hooks/{source.slug}", body, "application/json", headers=signed)
    polling.poll(source)
    while pipeline.open_waiting(source):
        pass

    said = Message.objects.filter(conversation__source=source).order_by("pk")
    case = Case.objects.get(filings__message=said[0])
    reply = answering.answer(case, text="Thank you. We look into it.", audience="public", key="k", by=cast.ada)
    sending.send(reply)

    assert delivered.status_code == 200
    assert [each.author.value for each in said.filter(direction="in") if each.author] == ["pia", "rob"]
    assert reply.state == Reply.State.SENT
    assert json.loads(calls[-1].body)["text"] == "Thank you. We look into it."
    assert calls[-1].headers["Idempotency-Key"] == "k"


def test_a_forged_push_is_refused(source: Source) -> None:
    answer = Client().generic("POST", f"/hooks/{source.slug}", b"{}", headers={"x-signature": "0" * 64})
    assert answer.status_code in (401, 403)


def test_its_steps_stand_beside_the_form(cast: Cast) -> None:
    assert len(papers.credentials(KIND).steps) == 3


def test_it_replaces_none_of_ours(cast: Cast) -> None:
    assert registry.connectors()["email"] in registry.OURS
    assert registry.connectors()[KIND] not in registry.OURS
