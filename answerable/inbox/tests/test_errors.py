"""Pages for what went wrong speak to whoever reads them."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
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
