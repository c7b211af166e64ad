"""The door of the API: tokens, scopes, limits, and what a no looks like."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from answerable.core import moments, viewers
from answerable.core.access import Right
from answerable.core.models import Tally, Token
from answerable.inbox.api.door import REQUESTS_A_MINUTE
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def program(cast: Cast) -> Program:
    return Program(cast.ada)


def test_a_token_opens_what_its_member_may_see(cast: Cast, program: Program) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assert [each["id"] for each in told(program.get("cases"))["items"]] == [case.pk]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ans_wrong", "Basic YTpi", "Bearer \u00e9"])
def test_without_a_known_token_nothing_is_told(cast: Cast, header: str) -> None:
    answer = Client().get("/api/cases", headers={"authorization": header} if header else {})
    assert "token" in told(answer, 401)["error"]
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_opens_nothing(cast: Cast, program: Program) -> None:
    assert program.get("cases").status_code == 200
    viewers.revoke(Token.objects.get(), by=cast.ada)
    assert program.get("cases").status_code == 401


def test_an_expired_token_opens_nothing(cast: Cast, program: Program) -> None:
    assert program.get("cases").status_code == 200
    Token.objects.update(expires_at=moments.now() - timedelta(seconds=1))
    assert program.get("cases").status_code == 401


def test_the_token_of_somebody_who_left_opens_nothing(cast: Cast, program: Program) -> None:
    assert program.get("cases").status_code == 200
    Token.objects.get().membership.__class__.objects.update(ended_at=moments.now())
    assert program.get("cases").status_code == 401


def test_a_scope_narrows_what_the_member_may_do(cast: Cast) -> None:
    reader = Program(cast.ada, Right.READ_CASES)
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assert reader.get(f"cases/{case.pk}").status_code == 200
    refusal = told(reader.post(f"cases/{case.pk}/custody", {"expected": f"team:{case.team_id}"}), 403)
    assert "answer" in refusal["error"]


def test_a_scope_never_widens_what_the_member_may_do(cast: Cast) -> None:
    assert told(Program(cast.ada).get("journal"), 403)
    assert told(Program(cast.ben).get("journal"))


def test_too_many_requests_of_one_token_are_asked_to_wait(cast: Cast, program: Program) -> None:
    assert program.get("viewer").status_code == 200
    Tally.objects.update(count=REQUESTS_A_MINUTE)
    answer = program.get("viewer")
    assert "Try again" in told(answer, 429)["error"]
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert Program(cast.ben).get("viewer").status_code == 200


def test_every_refusal_is_a_sentence_and_names_its_place(cast: Cast, program: Program) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assert told(program.get("cases/999999"), 404)["error"]
    assert told(program.get("no/such/place"), 404)["error"]
    assert told(program.post(f"cases/{case.pk}/custody", "{"), 400)["error"]
    assert told(program.get("cases", limit="many"), 422)["field"] == "limit"
    assert told(program.get("cases", cursor="x"), 422)["field"] == "cursor"
    assert told(program.put(f"cases/{case.pk}/closure", {"disposition": "vanished"}), 422)["field"] == "disposition"
    assert told(program.post(f"cases/{case.pk}/custody", {"expected": "user:1"}), 409)["error"]


def test_text_that_cannot_be_kept_is_refused(cast: Cast, program: Program) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    for text in ("a\x00b", "\ud800"):
        assert told(program.post(f"cases/{case.pk}/notes", {"text": text}, key="n"), 422)["field"] == "text"
    assert told(program.post(f"cases/{case.pk}/notes", {"text": "ab"}, key="n"), 201)


def test_the_description_is_there_for_all_and_nothing_is_loaded_from_elsewhere(cast: Cast) -> None:
    paths = told(Client().get("/api/openapi.json"))["paths"]
    assert "/api/cases/{pk}/replies" in paths
    assert Client().get("/api/docs").status_code == 404
