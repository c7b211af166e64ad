"""What a network only hints at is asked for; one push may be for several sources; what cannot be asked after rests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from answerable.channels import connecting, health
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import wire
from answerable.core.access import House
from answerable.core.moments import now
from answerable.core.wire.calls import HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.intake import hinting, looking_again, pipeline
from answerable.intake.models import Envelope
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast
from answerable.testing.networks import SECRET, comment, make_page, message, page_says, push

pytestmark = pytest.mark.django_db
MENTION = "mention:1790099:1785001"
WORDS = {"id": "1785001", "text": "@glimo.care mine beeps", "username": "rob", "timestamp": "2026-07-02T18:11:55+0000"}


@pytest.fixture
def account(cast: Cast) -> Source:
    values = {"address": "17841", "page": "1048", "app_id": "7", "app_secret": SECRET, "verify_token": "w"}
    by = House(cast.workspace.pk, "tests")
    source = connecting.connect(
        "instagram", label="Instagram", team=cast.front_line, values={**values, "page_token": "a-token"}, by=by
    )
    health.answered(source, at=now())
    return Source.objects.get(pk=source.pk)


def hint(account: Source) -> None:
    change = {"field": "mentions", "value": {"media_id": "1790099", "comment_id": "1785001"}}
    told = {"object": "instagram", "entry": [{"id": account.address, "time": 1783015920, "changes": [change]}]}
    arrive(json.dumps(told).encode(), account)


def opened(source: Source) -> None:
    while pipeline.open_waiting(source):
        pass


def test_a_hint_says_nothing_until_its_words_were_asked_for(account: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    hint(account)
    assert Envelope.objects.get().state == Envelope.State.FILED
    assert not Message.objects.exists()
    told = json.dumps({"id": account.address, "mentioned_comment": WORDS}).encode()
    monkeypatch.setattr(wire, "run", lambda call, **rest: HttpAnswer(200, body=told))

    for _ in range(2):
        assert hinting.fetch(account, MENTION, now())
        opened(account)

    assert Message.objects.get().text == "@glimo.care mine beeps"


def _silent(call: Any, **rest: Any) -> Any:
    raise NoAnswer("Nobody answered.")


def _gone(call: Any, **rest: Any) -> Any:
    return HttpAnswer(400, body=json.dumps({"error": {"code": 100, "error_subcode": 33}}).encode())


def _ended(call: Any, **rest: Any) -> Any:
    return HttpAnswer(401, body=json.dumps({"error": {"code": 190}}).encode())


def _refused(call: Any, **rest: Any) -> Any:
    return HttpAnswer(400, body=json.dumps({"error": {"code": 999, "message": "No."}}).encode())


@pytest.mark.parametrize(
    ("answer", "state", "failing"),
    [(_silent, "on", False), (_gone, "on", False), (_ended, "paused", True), (_refused, "on", True)],
    ids=["silent", "gone", "ended", "refused"],
)
def test_what_is_not_given_is_no_message_and_said_where_a_person_must_look(
    account: Source, monkeypatch: pytest.MonkeyPatch, answer: Any, state: str, failing: bool
) -> None:
    monkeypatch.setattr(wire, "run", answer)

    assert not hinting.fetch(account, MENTION, now() - timedelta(days=1))

    account.refresh_from_db()
    assert (account.state, account.failing_since is not None) == (state, failing)
    assert not Message.objects.exists()


def test_a_push_reaches_every_page_that_it_is_for_and_that_knows_its_secret(cast: Cast) -> None:
    first, second = make_page(cast), make_page(cast, address="2")
    stranger = make_page(cast, address="3", secret="another-secret")
    told = json.loads(page_says(first, **comment("On the first.")))
    for source in (second, stranger):
        told["entry"] += json.loads(page_says(source, **comment("On another.")))["entry"]

    assert push(first, json.dumps(told).encode()) == 200

    assert set(Envelope.objects.values_list("source", flat=True)) == {first.pk, second.pk}
    for source in (first, second):
        opened(source)
    assert sorted(Message.objects.values_list("text", flat=True)) == ["On another.", "On the first."]


def test_a_message_that_the_network_cannot_be_asked_after_rests(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(cast)
    arrive(page_says(page, **message("My bill is wrong.")), page)
    arrive(page_says(page, **comment("My Glimo beeps.")), page)
    monkeypatch.setattr(wire, "run", lambda call, **rest: HttpAnswer(200, body=b'{"id": "500_1"}'))

    assert looking_again.look_again(page) == 0

    page.refresh_from_db()
    assert page.failing_since is None
    assert not Message.objects.filter(looked_at=None).exists()
