"""Pushes: only genuine ones are stored, each once, and what is not stored is said so that it comes again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from answerable.channels import connecting
from answerable.channels.common.signatures import signature
from answerable.channels.models import Source
from answerable.channels.sandbox.server import stamped
from answerable.core.models import Tally
from answerable.core.moments import now
from answerable.intake.models import Envelope
from answerable.intake.receiving import LARGE
from answerable.intake.webhook import CHALLENGES_A_MINUTE, REFUSALS_A_MINUTE
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


def push(source: Source, body: bytes = json.dumps(POST).encode(), *, key: str = "", ago: int = 0) -> HttpResponse:
    stamp = str(int(now().timestamp()) - ago)
    signed = signature(key or source.values()["token_key"], stamped(stamp, body))
    headers = {"x-square-time": stamp, "x-square-signature": signed}
    answer: Any = Client().post(f"/hooks/{source.slug}", body, content_type="application/json", headers=headers)
    return answer  # type: ignore[no-any-return]


def challenge(slug: str, **query: str) -> HttpResponse:
    answer: Any = Client().get(f"/hooks/{slug}", query)
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
        assert challenge(slug, square_challenge="abc").status_code == 404


def test_a_challenge_is_answered_with_a_proof_that_is_no_signature_of_a_push(cast: Cast) -> None:
    proof = challenge(cast.square.slug, square_challenge=json.dumps(POST))
    assert (proof.status_code, proof["Content-Type"]) == (200, "text/plain")
    headers = {"x-square-time": "challenge", "x-square-signature": proof.content.decode()}
    answer = Client().post(
        f"/hooks/{cast.square.slug}", json.dumps(POST), content_type="application/json", headers=headers
    )
    assert answer.status_code == 401
    assert not Envelope.objects.exists()


def test_a_challenge_without_a_token_or_a_key_proves_nothing(cast: Cast) -> None:
    assert challenge(cast.square.slug, other="abc").status_code == 401
    Source.objects.filter(pk=cast.square.pk).update(sealed=b"")
    assert challenge(cast.square.slug, square_challenge="abc").status_code == 401


def test_whoever_challenges_too_often_is_told_to_stop_and_pushes_still_come_in(cast: Cast) -> None:
    assert challenge(cast.square.slug, square_challenge="abc").status_code == 200
    Tally.objects.update(count=CHALLENGES_A_MINUTE)
    assert challenge(cast.square.slug, square_challenge="abc").status_code == 429
    assert push(cast.square).status_code == 200


def test_a_network_that_never_challenges_is_told_that_only_pushes_are_taken(cast: Cast) -> None:
    line = connecting.connect("call", label="Hotline", team=cast.front_line, values={}, by=cast.root)
    answer = challenge(line.slug, square_challenge="abc")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


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
