"""Secrets at rest, and personal data out of the logs."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet

from answerable.channels.models import Source
from answerable.core import secrets
from answerable.core.errors import HouseError
from answerable.core.logs import Structured
from answerable.core.models import Event
from answerable.testing.cast import Cast, make_mailbox


def test_what_was_sealed_opens_with_the_key_only(settings: Any) -> None:
    sealed = secrets.seal({"password": "hush"})
    assert b"hush" not in sealed
    assert secrets.unseal(sealed) == {"password": "hush"}
    assert secrets.unseal(b"") == {}
    settings.ANSWERABLE_FIELD_KEY = Fernet.generate_key().decode()
    with pytest.raises(HouseError, match="They are kept"):
        secrets.unseal(sealed)


def test_a_secret_of_a_source_stands_in_no_row_journal_or_repr(cast: Cast) -> None:
    from answerable.core.access import House

    by = House(cast.workspace.pk, "tests")
    source = make_mailbox(cast.front_line, by=by, address="b@example.org", smtp_password="hush-hush")
    assert source.values()["smtp_password"] == "hush-hush"
    stored = Source.objects.filter(pk=source.pk).values_list().get()
    said = "".join(map(str, [*stored, repr(source), *Event.objects.values_list("data", flat=True)]))
    assert "hush-hush" not in said


def test_a_log_line_keeps_its_shape_and_loses_the_person() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "", 0, "pia@example.net called from +48 601 202 303 on 2026-07-02", (), None
    )
    line = Structured().format(record)
    assert "pia@" not in line
    assert "601" not in line
    assert "2026-07-02" in line
