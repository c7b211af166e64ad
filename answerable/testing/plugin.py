"""Loaded by pytest before the settings are (`-p` in pyproject.toml): one database, and a home of its own for the run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from cryptography.fernet import Fernet

from answerable.house import database

HOME = tempfile.mkdtemp(prefix="answerable-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.update(
    DATABASE_URL=os.environ.get("ANSWERABLE_TEST_DATABASE_URL") or database.for_tests(),
    ANSWERABLE_HOME=HOME,
    ANSWERABLE_SECRET_KEY="tests-only",
    ANSWERABLE_FIELD_KEY=Fernet.generate_key().decode(),
)
