"""The part of the contract for networks that take only texts of their own approval for a while, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.channels.values import ApprovedPage
from answerable.core.wire.calls import Answer, HttpCall


@runtime_checkable
class OffersApproved(Protocol):
    """A channel whose network approves texts beforehand, and takes these also where its window is closed.

    A reply that says one of them carries it as `Reply.approved`.
    """

    def ask_approved(self, after: str, settings: Mapping[str, Any]) -> HttpCall:
        """Ask for the texts, from the page on that begins at `after`."""

    def approved(self, answer: Answer) -> ApprovedPage:
        """Those that can be filled here. Raises what the answer means."""
