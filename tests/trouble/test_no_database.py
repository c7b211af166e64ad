"""A page says that the database is away, whichever of its connections noticed."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from procrastinate.exceptions import ConnectorException

from answerable.inbox.views import errors


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (ConnectorException, 503), (ValueError, 500)]
)
def test_a_database_that_is_away_is_no_fault_of_the_page(error: type[Exception], status: int) -> None:
    assert page_after(error()).status_code == status


def page_after(error: Exception) -> HttpResponse:
    try:
        raise error
    except Exception:  # noqa: BLE001 - as Django handles whatever a page raises
        return errors.broken(RequestFactory().get("/"))
