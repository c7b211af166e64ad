"""For tests whose rows other connections must see: threads, other processes, a server in the middle of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from answerable.testing.cast import Cast, make_cast


@pytest.fixture
def _journal_closes_again(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        _set_guards("ENABLE")
    connection.close()


@pytest.fixture
def committed(_journal_closes_again: None, transactional_db: None) -> Iterator[None]:
    """Everything is committed, and emptied afterwards: with TRUNCATE, to which the journal is opened for that moment.

    Ask for this before anything else that wants the database.
    """
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    _set_guards("DISABLE")


@pytest.fixture
def committed_cast(committed: None) -> Cast:
    return make_cast()


def _set_guards(how: str) -> None:
    with connection.cursor() as cursor:
        for table in ("core_event", "core_seal", "core_read"):
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {table}_no_truncate")
