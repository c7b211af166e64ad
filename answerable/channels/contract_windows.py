"""The part of the contract for networks that take an answer for a while only, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from answerable.channels.declaration import Audience


@runtime_checkable
class ClosesByItself(Protocol):
    """A channel that takes an answer for a time that hangs on what is answered. Else `Spec.reply_window` says it."""

    def closes_after(self, audience: Audience, in_reply_to: str, settings: Mapping[str, Any]) -> timedelta | None:
        """How long after the utterance with this id its author can be answered; None for always."""
