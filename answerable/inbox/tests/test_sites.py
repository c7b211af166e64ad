"""Asking a complaint site to close, on the page of a case and over the API."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.access import House, Viewer
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.replies.models import ClosureRequest
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    values = {"client_id": "x", "client_secret": "y", "user": "ada@example.org"}
    by = House(cast.workspace.pk, "tests")
    source: Source = connecting.connect("reclameaqui", label="RA", team=cast.front_line, values=values, by=by)
    complaint = {"id": 1, "complaint_title": "Apita", "customer": {"id": 5, "name": "Joana"}}
    said = {"ticket_interaction_id": 9, "ticket_interaction_type_id": 1, "message": "Apita.", "customer_id": "5"}
    receive(source, [Raw(json.dumps({"complaint": complaint, "said": said}).encode())], at=now())
    pipeline.open_waiting(source)
    return Case.objects.get()


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_the_page_offers_the_grounds_of_the_site_and_solved_only_when_it_is(cast: Cast, case: Case) -> None:
    page = as_(cast.root)
    shown = page.get(f"/cases/{case.pk}").content.decode()
    assert "Ask the site to close" in shown
    assert "ask the customer to rate it" not in shown
    closing.close(case, disposition="solved", what_solved_it="A new device.", by=cast.root)
    assert "ask the customer to rate it" in page.get(f"/cases/{case.pk}").content.decode()


def test_a_request_from_the_page_is_kept_and_shown(cast: Cast, case: Case) -> None:
    page = as_(cast.root)
    answer = page.post(f"/cases/{case.pk}/closure-requests", {"ground": "4", "words": "It is there twice."})
    assert answer.status_code == 303
    asked = ClosureRequest.objects.get()
    assert (asked.ground, asked.words, asked.user_id) == ("4", "It is there twice.", cast.root.user_id)
    assert happened(case, "closure_requested")
    assert "The request is on its way." in page.get(f"/cases/{case.pk}").content.decode()


def test_the_api_asks_alike_and_refuses_alike(cast: Cast, case: Case) -> None:
    program = Program(cast.root)
    assert program.post(f"cases/{case.pk}/closure-requests", {"ground": "solved"}).status_code == 422
    asked = program.post(f"cases/{case.pk}/closure-requests", {"ground": "4", "words": "Twice."})
    assert asked.status_code == 201
    assert asked.json()["ground"] == "4"
    assert program.post(f"cases/{case.pk}/closure-requests", {"ground": "4", "words": "Twice."}).status_code == 409


def test_a_case_of_no_such_site_has_no_such_button(cast: Cast, case: Case) -> None:
    Source.objects.filter(kind="reclameaqui").update(state=Source.State.PAUSED)
    assert Program(cast.otto).post(f"cases/{case.pk}/closure-requests", {"ground": "4"}).status_code == 404
