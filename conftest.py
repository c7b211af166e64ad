"""One PostgreSQL for all tests, the network shut but for loopback, and the cast."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet

from answerable.house import database

os.environ.update(
    DATABASE_URL=os.environ.get("ANSWERABLE_TEST_DATABASE_URL") or database.for_tests(),
    DJANGO_SETTINGS_MODULE="answerable.house.settings",
    ANSWERABLE_HOME=tempfile.mkdtemp(prefix="answerable-tests-"),
    ANSWERABLE_SECRET_KEY="tests-only",
    ANSWERABLE_FIELD_KEY=Fernet.generate_key().decode(),
)
pytest_plugins = ["answerable.testing.fixtures"]

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _network_is_shut() -> Iterator[None]:
    """No test speaks to anything but loopback and Unix sockets."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}; only loopback is open.")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
