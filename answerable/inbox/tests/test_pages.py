"""The pages of the staff: what they say, what they refuse, and who sees nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answerable.cases import assigning, describing
from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.models import Membership, Team, Token, User
from answerable.intake.models import Envelope
from answerable.replies import answering
from answerable.replies.models import Draft, Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

MOST = 40
"""Statements for the page of a case, however long it is."""
FIRST_LOOK = 4
"""So many more write down, once, that what customers said was seen now, and by whom."""


@pytest.fixture
def case(cast: Cast) -> Case:
    found = arrive(letter("Which batteries does it take?\n\nCan you help?"), cast.mailbox)
    assert found is not None
    return found


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_a_stranger_is_asked_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/cases/1")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/cases/1"


def test_the_list_says_who_what_and_with_whom(cast: Cast, case: Case) -> None:
    page = as_(cast.ada).get("/").content.decode()
    assert "Barbara" in page
    assert "Glimo and its batteries" in page
    assert "Front line" in page


def test_a_page_of_fifty_rows_asks_no_more_than_a_page_of_one(
    cast: Cast, case: Case, django_assert_max_num_queries: Any
) -> None:
    for number in range(49):
        sender = f"P{number} <p{number}@example.net>"
        arrive(letter("Hello", subject=f"S{number}", sender=sender, message_id=f"<{number}@x>"), cast.mailbox)
    client = as_(cast.ada)
    client.get("/")
    with django_assert_max_num_queries(16):
        assert client.get("/").content.decode().count('class="row ') == 50


def test_a_long_case_asks_no_more_than_a_short_one(cast: Cast, case: Case, django_assert_max_num_queries: Any) -> None:
    client = as_(cast.ada)
    client.get(f"/cases/{case.pk}")
    with CaptureQueriesContext(connection) as short:
        client.get(f"/cases/{case.pk}")
    # Counted now: the log of statements begins anew with the next request.
    most = min(len(short), MOST)
    for number in range(40):
        answer = letter(f"Answer {number}", message_id=f"<{number}@x>", In_Reply_To="<one@example.net>")
        arrive(answer, cast.mailbox)
    # The first look at a message is kept once; both pages are asked for by somebody who looks again.
    client.get(f"/cases/{case.pk}")
    with django_assert_max_num_queries(most):
        assert client.get(f"/cases/{case.pk}").content.decode().count("<article") == 41


def test_the_first_look_costs_as_much_for_forty_messages_as_for_one(cast: Cast, case: Case) -> None:
    """It writes once for all of them that they were seen; everything else is as for who looks again."""
    client = as_(cast.ada)
    short = _dearer(client, case)
    for number in range(40):
        answer = letter(f"Answer {number}", message_id=f"<{number}@x>", In_Reply_To="<one@example.net>")
        arrive(answer, cast.mailbox)
    assert 0 < _dearer(client, case) <= short <= FIRST_LOOK


def _dearer(client: Client, case: Case) -> int:
    """How many statements more the first look takes than the next."""
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/cases/{case.pk}")
        counts.append(len(asked))
    return counts[0] - counts[1]


def test_what_a_dialog_asks_for_comes_when_it_is_opened(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    page = ada.get(f"/cases/{case.pk}").content.decode()
    forms = {"transfers": "What they need to know", "closure": "What solved it", "followers": "They follow it"}
    for name, words in forms.items():
        assert f'href="/cases/{case.pk}/{name}"' in page
        assert words not in page
        asked = ada.get(f"/cases/{case.pk}/{name}", headers={"HX-Request": "true"}).content.decode()
        assert words in asked
        assert "<html" not in asked
        assert "<html" in ada.get(f"/cases/{case.pk}/{name}").content.decode()


def test_the_words_of_tags_are_offered_to_who_writes_one(cast: Cast, case: Case) -> None:
    describing.tag(case, ["battery"], by=cast.ada)
    assert '<option value="battery">' in as_(cast.ada).get(f"/cases/{case.pk}/tags").content.decode()
    assert as_(cast.otto).get(f"/cases/{case.pk}/tags").status_code == 404


def test_the_passport_of_a_message_says_when_it_came_and_why_it_is_here(cast: Cast, case: Case) -> None:
    message = case.filings.get().message
    assert f"/messages/{message.pk}/passport" in as_(cast.ada).get(f"/cases/{case.pk}").content.decode()

    passport = as_(cast.ada).get(f"/messages/{message.pk}/passport").content.decode()

    assert "Received and stored" in passport
    assert "It opened the case" in passport


def test_every_address_of_a_thing_is_closed_to_the_workspace_next_door(cast: Cast, case: Case) -> None:
    reply = answering.answer(case, text="We look into it.", audience="private", key="k", by=cast.ada)
    message, envelope = case.filings.first(), Envelope.objects.get()
    assert message is not None
    member = Membership.objects.get(user_id=cast.ada.user_id)
    pages = [f"/cases/{case.pk}", f"/cases/{case.pk}/transfers", f"/cases/{case.pk}/closure"]
    pages += [
        f"/messages/{message.message_id}/html",
        f"/messages/{message.message_id}/passport",
        f"/settings/sources/{cast.mailbox.pk}",
        f"/settings/people/{member.pk}",
    ]
    things = ["custody", "reopening", "description", "presence", "draft", "replies", "transfers", "closure"]
    posts = [f"/cases/{case.pk}/{thing}" for thing in things]
    posts += [f"/replies/{reply.pk}/outcome", f"/quarantine/{envelope.pk}/opening", f"/quarantine/{envelope.pk}/case"]
    posts += [f"/settings/people/{member.pk}/end", f"/settings/sources/{cast.mailbox.pk}/state"]
    otto = as_(cast.otto)
    open_ = [address for address in pages if otto.get(address).status_code != 404]
    open_ += [address for address in posts if otto.post(address).status_code != 404]
    assert open_ == []


def test_the_search_of_the_workspace_next_door_finds_nothing(cast: Cast, case: Case) -> None:
    assert "Barbara" in as_(cast.ada).get("/search?q=batteries").content.decode()
    assert "Barbara" not in as_(cast.otto).get("/search?q=batteries").content.decode()
    assert "Barbara" not in as_(cast.otto).get("/palette?q=barbara").content.decode()


def test_whoever_comes_second_reads_who_was_first(cast: Cast, case: Case) -> None:
    mark = assigning.holder_mark(case)
    assert as_(cast.ada).post(f"/cases/{case.pk}/custody", {"expected": mark}).status_code == 303
    second = as_(cast.ben).post(f"/cases/{case.pk}/custody", {"expected": mark})
    assert second.status_code == 409
    assert "Ada holds the case now" in second.content.decode()


def test_a_stopped_answer_comes_back_with_its_text_and_the_reason(cast: Cast, case: Case) -> None:
    given = {"text": "", "audience": "private", "key": "k1"}
    answer = as_(cast.ada).post(f"/cases/{case.pk}/replies", {**given, "to": "nobody", "text": "Dear Barbara"})
    assert answer.status_code == 422
    assert "Dear Barbara" in answer.content.decode()
    assert "is not an address" in answer.content.decode()
    assert Draft.objects.get(case=case).text == "Dear Barbara"
    assert not Reply.objects.exists()


def test_the_same_key_twice_is_one_reply(cast: Cast, case: Case) -> None:
    given = {"text": "We send a new one.", "audience": "private", "key": "k1"}
    client = as_(cast.ada)
    assert [client.post(f"/cases/{case.pk}/replies", given).status_code for _ in range(2)] == [303, 303]
    assert Reply.objects.count() == 1


def test_a_case_closes_only_with_an_outcome_and_says_so(cast: Cast, case: Case) -> None:
    client = as_(cast.ada)
    refused = client.post(f"/cases/{case.pk}/closure", {"disposition": "solved"})
    assert refused.status_code == 422
    assert "Say in a sentence what solved it" in refused.content.decode()
    client.post(f"/cases/{case.pk}/closure", {"disposition": "solved", "what_solved_it": "A new one."})
    assert happened(case, "case_closed")


def test_the_designed_form_of_a_message_runs_and_fetches_nothing(cast: Cast, case: Case) -> None:
    filing = case.filings.get()
    filing.message.html = "<p onclick='x()'>Hello</p><script>alert(1)</script><img src='https://example.net/x.png'>"
    filing.message.save(update_fields=["html"])
    answer = as_(cast.ada).get(f"/messages/{filing.message_id}/html")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "img-src data:" in answer["Content-Security-Policy"]
    assert "script" not in answer.content.decode()
    assert "onclick" not in answer.content.decode()


def test_a_stored_secret_is_never_sent_back(cast: Cast) -> None:
    client = as_(cast.root)
    address = f"/settings/sources/{cast.mailbox.pk}"
    values = {f"s-{name}": str(value) for name, value in cast.mailbox.settings.items()}
    given = {"label": "Care", "team": cast.front_line.pk, "s-address": "care@example.org", **values}
    client.post(address, {**given, "s-smtp_password": "top-secret"})
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.values()["smtp_password"] == "top-secret"
    assert "top-secret" not in client.get(address).content.decode()


def test_an_agent_does_not_open_the_settings_of_the_sources(cast: Cast) -> None:
    assert as_(cast.ada).get("/settings/sources").status_code == 403
    assert as_(cast.ada).get("/quarantine").status_code == 403


def test_a_token_is_shown_once(cast: Cast) -> None:
    client = as_(cast.ada)
    client.post("/settings/tokens", {"label": "Script", "scopes": ["read_cases"]})
    assert Token.objects.count() == 1
    assert "ans_" in client.get("/settings").content.decode()
    assert "ans_" not in client.get("/settings").content.decode()


def test_a_token_cannot_be_given_a_right_that_its_maker_lacks(cast: Cast) -> None:
    answer = as_(cast.ada).post("/settings/tokens", {"label": "Script", "scopes": ["manage_people"]})
    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_five_wrong_passwords_let_the_account_rest(cast: Cast) -> None:
    client, wrong = Client(), {"email": "ada@example.org", "password": "wrong"}
    assert [client.post("/sign-in", wrong).status_code for _ in range(6)] == [422] * 5 + [429]


def test_signing_in_leads_to_no_foreign_address(cast: Cast) -> None:
    given = {"email": "ada@example.org", "password": "a-long-enough-password", "next": "https://example.net/"}
    assert Client().post("/sign-in", given)["Location"] == "/"


def test_a_team_is_made_with_a_lead(cast: Cast) -> None:
    as_(cast.root).post("/settings/teams", {"name": "Billing", "lead": cast.ben.user_id})
    assert Team.objects.get(name="Billing").lead_id == cast.ben.user_id
