"""The part of the contract for channels whose people go away: an answer that they did not see goes on elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Continues(Protocol):
    """A channel that tells what was seen. What was not goes on at an address that the person left (`Reachable`)."""

    def patience(self, settings: Mapping[str, Any]) -> timedelta:
        """How long an answer waits there to be seen."""
