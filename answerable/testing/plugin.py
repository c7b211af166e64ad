"""Loaded by pytest before the settings are (`-p` in pyproject.toml): one database, and a home of its own for the run."""

from __future__ import annotations

import os
import tempfile

from cryptography.fernet import Fernet

from answerable.house import database

os.environ.update(
    DATABASE_URL=os.environ.get("ANSWERABLE_TEST_DATABASE_URL") or database.for_tests(),
    ANSWERABLE_HOME=tempfile.mkdtemp(prefix="answerable-tests-"),
    ANSWERABLE_SECRET_KEY="tests-only",
    ANSWERABLE_FIELD_KEY=Fernet.generate_key().decode(),
)
