"""A group that no channel belongs to is not there: it is neither passed nor skipped.

`answerable channel check` names the channels that it asks about; then nothing else is there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ONLY = frozenset(os.environ.get("CHANNEL_KIT_ONLY", "").split())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if HERE not in item.path.parents or _is_asked(item)]


def _is_asked(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    about = [getattr(value, "kind", value) for value in callspec.params.values()] if callspec else []
    return "NOTSET" not in item.name and (not ONLY or any(kind in ONLY for kind in about if isinstance(kind, str)))
