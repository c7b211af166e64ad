"""Pushes: only genuine ones are stored, each once, and what is not stored is said so that it comes again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from answerable.channels.models import Source
from answerable.channels.sandbox.connector import signature
from answerable.core.models import Tally
from answerable.core.moments import now
from answerable.intake.models import Envelope
from answerable.intake.receiving import LARGE
from answerable.intake.webhook import REFUSALS_A_MINUTE
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


def push(source: Source, body: bytes = json.dumps(POST).encode(), *, key: str = "", ago: int = 0) -> HttpResponse:
    stamp = str(int(now().timestamp()) - ago)
    signed = signature(key or source.values()["token_key"], stamp, body).decode()
    headers = {"x-square-time": stamp, "x-square-signature": signed}
    answer: Any = Client().post(f"/hooks/{source.slug}", body, content_type="application/json", headers=headers)
    return answer  # type: ignore[no-any-return]


def test_a_genuine_push_is_stored_as_it_came_and_once(cast: Cast) -> None:
    assert [push(cast.square).status_code for _ in range(3)] == [200, 200, 200]
    envelope = Envelope.objects.get()
    assert (json.loads(envelope.bytes()), envelope.headers["content-type"]) == (POST, "application/json")


@pytest.mark.parametrize("forgery", [{"key": "guessed"}, {"ago": 320}, {"ago": -320}])
def test_what_does_not_prove_itself_is_not_stored(cast: Cast, forgery: dict[str, Any]) -> None:
    assert push(cast.square, **forgery).status_code == 401
    assert not Envelope.objects.exists()
    assert push(cast.square).status_code == 200


def test_a_source_without_a_key_believes_nobody(cast: Cast) -> None:
    Source.objects.filter(pk=cast.square.pk).update(sealed=b"")
    for key in ("x", cast.square.values()["token_key"]):
        assert push(cast.square, key=key).status_code == 401
    assert not Envelope.objects.exists()


def test_only_sources_that_are_pushed_to_have_a_hook(cast: Cast) -> None:
    for slug in (cast.form.slug, cast.mailbox.slug, "nobody"):
        assert Client().post(f"/hooks/{slug}", b"{}", content_type="application/json").status_code == 404
    assert Client().get(f"/hooks/{cast.square.slug}").status_code == 405


def test_whoever_forges_too_often_is_told_to_stop(cast: Cast) -> None:
    assert push(cast.square, key="guessed").status_code == 401
    Tally.objects.update(count=REFUSALS_A_MINUTE)
    assert push(cast.square, key="guessed").status_code == 429
    assert push(cast.square).status_code == 200


def test_a_full_disk_asks_for_the_push_again(cast: Cast, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    settings.ANSWERABLE_FILES = tmp_path / "taken"
    answer = push(cast.square, json.dumps({**POST, "text": "x" * LARGE}).encode())
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Nothing was lost" in json.loads(answer.content)["error"]
    assert not Envelope.objects.exists()
