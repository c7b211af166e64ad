"""The part of the contract for networks that cut a message into parts, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from answerable.channels.values import Raw, Said
from answerable.core.wire.calls import Answer


@runtime_checkable
class Joins(Protocol):
    """A channel whose messages may come in parts: `read` gives a `Part` for each."""

    def joined(self, raws: Sequence[Raw | None], settings: Mapping[str, Any]) -> Said:
        """The message of these parts, in their order. None stands for one that never came; one at least is there."""


@runtime_checkable
class SpeaksInParts(Protocol):
    """A channel on which an answer goes out in parts, each with an id by which it is reported on."""

    def part_ids(self, answer: Answer) -> tuple[str, ...]: ...
