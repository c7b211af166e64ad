"""The part of the contract for networks to which each call is signed for its own time, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import HttpCall


@runtime_checkable
class Signs(Protocol):
    """A channel whose calls prove at what time they were made. The house says the time, because a connector reads no clock."""

    def signed(self, call: HttpCall, at: datetime, settings: Mapping[str, Any]) -> HttpCall:
        """The same call with its proof in `secret_headers`. Raises `Reauthorise` for a key that cannot sign."""
