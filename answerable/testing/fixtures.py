"""Fixtures: the cast, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.testing.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.ANSWERABLE_FILES = tmp_path / "files"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
