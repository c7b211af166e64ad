"""Pages for what went wrong speak to whoever reads them."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from answerable.inbox.views import errors


@pytest.mark.parametrize(("address", "for_staff"), [("/", True), ("/my/token", False), ("/i/code", False)])
def test_only_staff_are_led_to_the_inbox_and_told_of_commands(
    rf: RequestFactory, address: str, for_staff: bool
) -> None:
    request = rf.get(address)
    request.resolver_match = resolve(address)
    told = errors.unavailable(request).content.decode()
    assert "The database does not answer" in told
    assert ("answerable doctor" in told) == for_staff
    assert ("Go to the inbox" in told) == for_staff


def test_a_request_under_a_name_that_is_none_of_ours_is_refused_with_a_sentence(client: Client) -> None:
    page = client.get("/", headers={"host": "c=0P"})
    assert page.status_code == 400
    assert "This request cannot be read" in page.content.decode()

    answer = client.get("/api/cases", headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert "Nothing was changed" in answer.json()["error"]
